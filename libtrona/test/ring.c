// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "unit.h"

#include <string.h>

#include "trona/ring.h"

static _Alignas(64) unsigned char shared[128 + 64];

static void attach(struct ring *producer, struct ring *consumer)
{
    ring_attach(producer, shared, sizeof shared, true);
    ring_attach(consumer, shared, sizeof shared, false);
    CHECK(producer->capacity == 64 && consumer->capacity == 64);
}

TEST(ring_carries_bytes_in_order_around_its_end)
{
    struct ring p, c;
    attach(&p, &c);
    srand(5);
    unsigned char next_in = 0, next_out = 0;
    for (int step = 0; step < 5000; step++) {
        unsigned char buffer[80];
        size_t n = (size_t)rand() % sizeof buffer, room = ring_writable(&p), have = ring_readable(&c);
        CHECK(room + have == 64);
        if (rand() % 2) {
            for (size_t i = 0; i < n; i++)
                buffer[i] = (unsigned char)(next_in + i);
            size_t done = ring_write(&p, buffer, n);
            CHECK(done == (n < room ? n : room));
            next_in = (unsigned char)(next_in + done);
        } else if (rand() % 2) {
            size_t done = ring_read(&c, buffer, n);
            CHECK(done == (n < have ? n : have));
            for (size_t i = 0; i < done; i++)
                CHECK(buffer[i] == next_out++);
        } else {
            const unsigned char *bytes;
            size_t there = ring_peek(&c, &bytes);
            CHECK(there <= have && (there || !have));
            for (size_t i = 0; i < there; i++)
                CHECK(bytes[i] == next_out++);
            ring_consume(&c, there);
        }
    }
}

TEST(ring_survives_a_peer_that_writes_nonsense)
{
    struct ring p, c;
    attach(&p, &c);
    unsigned char buffer[200];
    static const uint64_t odd[] = {1, 63, 64, 65, 1ul << 40, ~0ul, ~0ul - 63};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        p.shared->head = odd[i];
        CHECK(ring_readable(&c) <= 64 && ring_read(&c, buffer, sizeof buffer) <= 64);
        p.shared->tail = odd[i] * 7;
        CHECK(ring_writable(&p) <= 64 && ring_write(&p, buffer, sizeof buffer) <= 64);
    }
    p.shared->capacity = 1ul << 50;
    CHECK(p.capacity == 64);
}

TEST(ring_asks_for_signals_only_when_somebody_sleeps)
{
    struct ring p, c;
    attach(&p, &c);
    ring_consumer_wants_signal(&p); // set at first
    CHECK(!ring_consumer_wants_signal(&p));
    CHECK(!ring_consumer_prepare_sleep(&c)); // empty: sleep
    CHECK(ring_consumer_wants_signal(&p) && !ring_consumer_wants_signal(&p));
    ring_write(&p, "x", 1);
    CHECK(ring_consumer_prepare_sleep(&c)); // something came: do not
    unsigned char buffer[64] = {0};
    ring_write(&p, buffer, 64);
    CHECK(!ring_producer_prepare_sleep(&p) && ring_producer_wants_signal(&c) && !ring_producer_wants_signal(&c));
    ring_read(&c, buffer, 1);
    CHECK(ring_producer_prepare_sleep(&p));
}
