// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// A ring of bytes whose pages exist only while they hold data.
//
// P1: tail <= head <= tail + capacity; byte i of the stream is in page (i / page size) % number of pages.
// P2: the pages that hold one of the bytes [tail, head) are allocated; beside them at most those behind head for which a
//     whole write that failed had found memory.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PIPE_PAGE 4096u

struct pipe_buffer {
    unsigned char **pages; // capacity / PIPE_PAGE
    size_t capacity;       // a power of two, at least PIPE_PAGE
    uint64_t head, tail;   // bytes ever written, ever read
};

// False: no memory.
bool pipe_buffer_init(struct pipe_buffer *b, size_t capacity);
void pipe_buffer_destroy(struct pipe_buffer *b);
// Empties it.
void pipe_buffer_clear(struct pipe_buffer *b);
static inline size_t pipe_buffer_length(const struct pipe_buffer *b) { return (size_t)(b->head - b->tail); }
static inline size_t pipe_buffer_room(const struct pipe_buffer *b) { return b->capacity - pipe_buffer_length(b); }
// Writes at most N bytes, less if room or memory runs out, or nothing if IS_WHOLE and not all can be written; how many.
size_t pipe_buffer_write(struct pipe_buffer *b, const void *data, size_t n, bool is_whole);
size_t pipe_buffer_read(struct pipe_buffer *b, void *data, size_t n);
// Moves the contents to a capacity that they fit into. False: no memory; nothing has changed.
bool pipe_buffer_resize(struct pipe_buffer *b, size_t capacity);
