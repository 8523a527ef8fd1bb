// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "arch/api/cpu.h"
#include "arch/api/timer.h"
#include "arch/host/host.h"

ticks_t arch_timer_now(void) { return host.now; }

void arch_timer_set_deadline(ticks_t when)
{
    host.cpu[host_cpu].is_timer_armed = true;
    host.cpu[host_cpu].deadline = when;
}

void arch_timer_ack(void) { host.cpu[host_cpu].is_timer_armed = false; }
ticks_t arch_us_to_ticks(word_t us) { return us * HOST_TICKS_PER_US; }
word_t arch_ticks_to_us(ticks_t t) { return t / HOST_TICKS_PER_US; }
word_t arch_max_us(void) { return BIT(56) / HOST_TICKS_PER_US; }

void host_tick(ticks_t ticks) { host.now += ticks; }
