// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The CPU's physical timer, CNTP, programmed in user mode: init has given the thread the right. It interrupts while its
// counter has reached CVAL. Source: Arm Architecture Reference Manual, "The Generic Timer".

#include "alarm.h"

#include "trona/ticks.h"

#define CTL_ENABLE 1ul

static void write_control(uint64_t control)
{
    __asm__ volatile("msr cntp_ctl_el0, %0; isb" : : "r"(control) : "memory");
}

void alarm_init(void) { write_control(0); }

bool alarm_set(uint64_t ticks)
{
    // The tick counter is the virtual one, which may lag behind the physical one. Reading it first makes the difference
    // too large rather than too small.
    uint64_t now = trona_ticks(), physical;
    __asm__ volatile("isb; mrs %0, cntpct_el0" : "=r"(physical) : : "memory");
    if (now >= ticks)
        return false;
    uint64_t left = ticks - now;
    if (left > ~physical)
        left = ~physical;
    __asm__ volatile("msr cntp_cval_el0, %0" : : "r"(physical + left) : "memory");
    write_control(CTL_ENABLE);
    return true;
}

void alarm_clear(void) { write_control(0); }
