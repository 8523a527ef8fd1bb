// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Single-producer single-consumer byte ring in shared memory (struct kn_layout_ring, data KN_RING_DATA bytes behind its
// start). Both sides distrust each other: positions read from the peer are clamped to the capacity, which each side
// keeps privately.

#include <stdbool.h>
#include <stddef.h>

#include <kn/proto/layout.h>

struct ring {
    struct kn_layout_ring *shared;
    unsigned char *data;
    size_t capacity; // power of two, our own copy
};

// Takes the memory of SIZE bytes at SHARED into use; IS_OWNER also initialises it (exactly one side, before the other).
void ring_attach(struct ring *r, void *shared, size_t size, bool is_owner);
size_t ring_readable(const struct ring *r); // consumer
size_t ring_writable(const struct ring *r); // producer
// Copies at most N bytes; returns how many.
size_t ring_read(struct ring *r, void *dest, size_t n);
size_t ring_write(struct ring *r, const void *src, size_t n);
// The consumer in two steps: where the next bytes are (returns how many in one piece), and that N of them are used.
size_t ring_peek(const struct ring *r, const unsigned char **bytes);
void ring_consume(struct ring *r, size_t n);
// Whether the peer asked to be signalled; clears the request. Call after read resp. write.
bool ring_producer_wants_signal(struct ring *r); // consumer asks
bool ring_consumer_wants_signal(struct ring *r); // producer asks
// Before sleeping: sets the request; true if there is something to do after all (don't sleep).
bool ring_consumer_prepare_sleep(struct ring *r);
bool ring_producer_prepare_sleep(struct ring *r);
