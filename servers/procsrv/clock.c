// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "clock.h"

#include <kn/proto/layout.h>

#include "port.h"

#define NS_PER_SECOND 1000000000ul

static struct kn_layout_time_page *time_page;
static uint64_t mult, rate;

static void write_page(int64_t offset, uint64_t nr_cpus)
{
    uint64_t sequence = time_page->sequence;
    __atomic_store_n(&time_page->sequence, sequence + 1, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_RELEASE);
    time_page->mult = mult;
    time_page->realtime_offset_ns = offset;
    time_page->nr_cpus = nr_cpus;
    __atomic_store_n(&time_page->sequence, sequence + 2, __ATOMIC_RELEASE);
}

void clock_init(struct kn_layout_time_page *page, uint64_t ticks_per_second, uint64_t nr_cpus)
{
    time_page = page;
    rate = ticks_per_second;
    mult = (NS_PER_SECOND << 32) / ticks_per_second;
    write_page(0, nr_cpus);
}

uint64_t clock_ticks_to_ns(uint64_t ticks) { return (uint64_t)((unsigned __int128)ticks * mult >> 32); }

uint64_t clock_now(void) { return clock_ticks_to_ns(port_ticks()); }

uint64_t clock_deadline_ticks(uint64_t deadline)
{
    uint64_t ticks = port_ticks(), now = clock_ticks_to_ns(ticks);
    if (deadline <= now)
        return ticks;
    uint64_t left = deadline - now, seconds = left / NS_PER_SECOND;
    if (seconds >= (~(uint64_t)0 - ticks) / rate - 1)
        return ~(uint64_t)0 - 1;
    return ticks + seconds * rate + left % NS_PER_SECOND * rate / NS_PER_SECOND + 1;
}

void clock_set_realtime(int64_t realtime, uint64_t monotonic)
{
    write_page((int64_t)((uint64_t)realtime - monotonic), time_page->nr_cpus);
}

int64_t clock_realtime_offset(void) { return time_page->realtime_offset_ns; }
