// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "trona/ring.h"

#include "trona/string.h"

#define DATA_OFFSET 128
static_assert(sizeof(struct kn_layout_ring) <= DATA_OFFSET, "ring head");

void ring_attach(struct ring *r, void *shared, size_t size, bool is_owner)
{
    size_t capacity = 1;
    while (capacity * 2 <= size - DATA_OFFSET)
        capacity *= 2;
    *r = (struct ring){shared, (unsigned char *)shared + DATA_OFFSET, capacity};
    if (is_owner) {
        memset(shared, 0, DATA_OFFSET);
        r->shared->capacity = capacity;
        r->shared->consumer_waits = 1;
    }
}

size_t ring_readable(const struct ring *r)
{
    kn_word_t n = __atomic_load_n(&r->shared->head, __ATOMIC_ACQUIRE) - r->shared->tail;
    return n <= r->capacity ? n : r->capacity;
}

size_t ring_writable(const struct ring *r)
{
    kn_word_t n = r->shared->head - __atomic_load_n(&r->shared->tail, __ATOMIC_ACQUIRE);
    return n <= r->capacity ? r->capacity - n : 0;
}

size_t ring_read(struct ring *r, void *dest, size_t n)
{
    size_t have = ring_readable(r);
    if (n > have)
        n = have;
    size_t at = r->shared->tail & (r->capacity - 1);
    size_t first = n < r->capacity - at ? n : r->capacity - at;
    memcpy(dest, r->data + at, first);
    memcpy((unsigned char *)dest + first, r->data, n - first);
    __atomic_store_n(&r->shared->tail, r->shared->tail + n, __ATOMIC_RELEASE);
    return n;
}

size_t ring_peek(const struct ring *r, const unsigned char **bytes)
{
    size_t have = ring_readable(r), at = r->shared->tail & (r->capacity - 1);
    *bytes = r->data + at;
    return have < r->capacity - at ? have : r->capacity - at;
}

void ring_consume(struct ring *r, size_t n)
{
    __atomic_store_n(&r->shared->tail, r->shared->tail + n, __ATOMIC_RELEASE);
}

size_t ring_write(struct ring *r, const void *src, size_t n)
{
    size_t room = ring_writable(r);
    if (n > room)
        n = room;
    size_t at = r->shared->head & (r->capacity - 1);
    size_t first = n < r->capacity - at ? n : r->capacity - at;
    memcpy(r->data + at, src, first);
    memcpy(r->data, (const unsigned char *)src + first, n - first);
    __atomic_store_n(&r->shared->head, r->shared->head + n, __ATOMIC_RELEASE);
    return n;
}

bool ring_producer_wants_signal(struct ring *r)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return __atomic_exchange_n(&r->shared->producer_waits, 0, __ATOMIC_SEQ_CST) != 0;
}

bool ring_consumer_wants_signal(struct ring *r)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return __atomic_exchange_n(&r->shared->consumer_waits, 0, __ATOMIC_SEQ_CST) != 0;
}

bool ring_consumer_prepare_sleep(struct ring *r)
{
    __atomic_store_n(&r->shared->consumer_waits, 1, __ATOMIC_SEQ_CST);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return ring_readable(r) != 0;
}

bool ring_producer_prepare_sleep(struct ring *r)
{
    __atomic_store_n(&r->shared->producer_waits, 1, __ATOMIC_SEQ_CST);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return ring_writable(r) != 0;
}
