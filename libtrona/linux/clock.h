// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Reading the time page; shared by the layer and the vDSO, so it is all inline and position independent.

#include <stdint.h>

#include <kn/proto/layout.h>

#include "regs.h"

struct clock_sample {
    uint64_t monotonic_ns;
    int64_t realtime_offset_ns;
};

static inline struct clock_sample clock_sample(void)
{
    const struct kn_layout_time_page *page = (const struct kn_layout_time_page *)KN_LAYOUT_TIME_PAGE;
    struct clock_sample s;
    uint64_t sequence;
    do {
        sequence = __atomic_load_n(&page->sequence, __ATOMIC_ACQUIRE);
        uint64_t ticks = clock_ticks();
        // ticks * mult is a 96-bit product: high and low halves of ticks apart.
        s.monotonic_ns = (ticks >> 32) * page->mult + ((ticks & 0xffffffff) * (page->mult >> 32)) +
                         ((ticks & 0xffffffff) * (page->mult & 0xffffffff) >> 32);
        s.realtime_offset_ns = page->realtime_offset_ns;
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
    } while (sequence & 1 || sequence != __atomic_load_n(&page->sequence, __ATOMIC_RELAXED));
    return s;
}
