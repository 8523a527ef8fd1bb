// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Logging of a native program: one line a call, into its log ring and, in debug builds, to the kernel's debug console.

struct kn_log_ring;

// Sets the ring (NULL: none) and the name that starts each line. NAME must live on.
void trona_log_init(struct kn_log_ring *ring, const char *name);
// Writes "name: text\n".
void trona_log(const char *format, ...) __attribute__((format(printf, 1, 2)));
// Writes a line and ends the program by a fault, which its supervisor sees. For broken invariants and failed starts.
_Noreturn void trona_panic(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define trona_assert(expr) ((expr) ? (void)0 : trona_panic("assertion failed: %s (%s:%d)", #expr, __FILE__, __LINE__))
