// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The kernel's log: a ring in memory (struct kn_log_ring) that the root task can map, copied to the debug console.

#include "core/types.h"

// printf subset: %s %c %d %u %x %lx %lu %ld %p %%.
void klog(const char *format, ...) __attribute__((format(printf, 1, 2)));
// The log ring's first byte (struct kn_log_ring, page aligned, in the kernel image); *SIZE is its size, whole pages.
const void *klog_ring(word_t *size);
// Halts with the failure status after writing the sentence. Only for states that prove the kernel wrong, and boot.
_Noreturn void kpanic(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define kassert(expr) ((void)((CONFIG_DEBUG && !(expr)) ? (kassert_failed(#expr, __FILE__, __LINE__), 0) : 0))
_Noreturn void kassert_failed(const char *expr, const char *file, int line);
