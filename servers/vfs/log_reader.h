// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The logs of kernel and servers, read as lines. Every source has a ring that its writer overwrites; a cursor that falls
// behind loses the oldest lines.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOG_MAX_SOURCES 16
#define LOG_MAX_LINE 320

struct log_cursor {
    uint64_t position[LOG_MAX_SOURCES]; // bytes ever written that were read, of each source
};

// Finds the rings. Once.
void log_reader_init(void);
// The next line, without newline, cut at LOG_MAX_LINE; its length, or -1: nothing new.
int log_next_line(struct log_cursor *cursor, char line[LOG_MAX_LINE]);
bool log_has_line(const struct log_cursor *cursor);
// Behind everything written so far.
void log_seek_end(struct log_cursor *cursor);
// syslog(2) of TYPE: text to DATA, at most N bytes. The result, or a negative errno; permission is the caller's business.
long log_syslog(unsigned type, void *data, size_t n);
