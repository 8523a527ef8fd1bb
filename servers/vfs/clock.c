// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "clock.h"

#include "port.h"
#include "trona/ticks.h"

// (ticks * mult) >> 32 without overflow of the intermediate product.
static uint64_t scale(uint64_t ticks, uint64_t mult) { return (uint64_t)(((unsigned __int128)ticks * mult) >> 32); }

static void read_page(uint64_t *mult, int64_t *offset)
{
    const struct kn_layout_time_page *page = port_time_page();
    uint64_t sequence;
    do {
        sequence = __atomic_load_n(&page->sequence, __ATOMIC_ACQUIRE);
        *mult = page->mult;
        *offset = page->realtime_offset_ns;
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
    } while (sequence & 1 || sequence != __atomic_load_n(&page->sequence, __ATOMIC_RELAXED));
}

uint64_t clock_monotonic_ns(void)
{
    uint64_t mult;
    int64_t offset;
    read_page(&mult, &offset);
    return scale(trona_ticks(), mult);
}

int64_t clock_realtime_ns(void)
{
    uint64_t mult;
    int64_t offset;
    read_page(&mult, &offset);
    return (int64_t)scale(trona_ticks(), mult) + offset;
}
