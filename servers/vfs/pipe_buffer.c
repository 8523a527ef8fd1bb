// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "pipe_buffer.h"

#include "trona/heap.h"
#include "trona/string.h"

static size_t nr_pages(const struct pipe_buffer *b) { return b->capacity / PIPE_PAGE; }

static unsigned char **page_of(const struct pipe_buffer *b, uint64_t position)
{
    return &b->pages[position / PIPE_PAGE % nr_pages(b)];
}

static size_t at_most(size_t n, size_t limit) { return n < limit ? n : limit; }

bool pipe_buffer_init(struct pipe_buffer *b, size_t capacity)
{
    *b = (struct pipe_buffer){.capacity = capacity};
    b->pages = trona_alloc_zero(nr_pages(b) * sizeof *b->pages);
    return b->pages;
}

void pipe_buffer_clear(struct pipe_buffer *b)
{
    for (size_t i = 0; i < nr_pages(b); i++) {
        trona_free(b->pages[i], PIPE_PAGE);
        b->pages[i] = NULL;
    }
    b->tail = b->head;
}

void pipe_buffer_destroy(struct pipe_buffer *b)
{
    pipe_buffer_clear(b);
    trona_free(b->pages, nr_pages(b) * sizeof *b->pages);
    b->pages = NULL;
}

// Allocates the pages of the N bytes behind head; how many of the bytes have pages.
static size_t reserve(struct pipe_buffer *b, size_t n)
{
    for (size_t done = 0; done < n;) {
        unsigned char **page = page_of(b, b->head + done);
        if (!*page)
            *page = trona_alloc(PIPE_PAGE);
        if (!*page)
            return done;
        done += PIPE_PAGE - (b->head + done) % PIPE_PAGE;
    }
    return n;
}

size_t pipe_buffer_write(struct pipe_buffer *b, const void *data, size_t n, bool is_whole)
{
    size_t room = at_most(n, pipe_buffer_room(b));
    if (is_whole && room < n)
        return 0;
    room = reserve(b, room);
    if (is_whole && room < n)
        return 0; // the pages are for the next write
    for (size_t done = 0; done < room;) {
        size_t at = b->head % PIPE_PAGE, piece = at_most(room - done, PIPE_PAGE - at);
        memcpy(*page_of(b, b->head) + at, (const unsigned char *)data + done, piece);
        b->head += piece;
        done += piece;
    }
    return room;
}

// Frees the page of position FROM, which tail has just left or emptied, unless newer bytes share it.
static void release_page(struct pipe_buffer *b, uint64_t from)
{
    if (b->head > from / PIPE_PAGE * PIPE_PAGE + b->capacity)
        return;
    trona_free(*page_of(b, from), PIPE_PAGE);
    *page_of(b, from) = NULL;
}

size_t pipe_buffer_read(struct pipe_buffer *b, void *data, size_t n)
{
    size_t length = at_most(n, pipe_buffer_length(b));
    for (size_t done = 0; done < length;) {
        uint64_t from = b->tail;
        size_t at = from % PIPE_PAGE, piece = at_most(length - done, PIPE_PAGE - at);
        memcpy((unsigned char *)data + done, *page_of(b, from) + at, piece);
        b->tail += piece;
        done += piece;
        if (b->tail % PIPE_PAGE == 0 || b->tail == b->head)
            release_page(b, from);
    }
    return length;
}

bool pipe_buffer_resize(struct pipe_buffer *b, size_t capacity)
{
    struct pipe_buffer new;
    if (!pipe_buffer_init(&new, capacity))
        return false;
    for (uint64_t position = b->tail; position < b->head;) {
        size_t at = position % PIPE_PAGE, piece = at_most((size_t)(b->head - position), PIPE_PAGE - at);
        if (pipe_buffer_write(&new, *page_of(b, position) + at, piece, true) != piece) {
            pipe_buffer_destroy(&new);
            return false;
        }
        position += piece;
    }
    pipe_buffer_destroy(b);
    *b = new;
    return true;
}
