// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Formatting without a C library: %s %c %d %i %u %x %X %o %p %% with flags 0 and -, width, precision (strings), and the
// length modifiers l, ll, z, h, hh.

#include <stdarg.h>
#include <stddef.h>

// As snprintf of C: writes at most size bytes with the terminator, returns the length the whole text would have.
int trona_format(char *dest, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
int trona_vformat(char *dest, size_t size, const char *format, va_list args) __attribute__((format(printf, 3, 0)));
