// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The kernel's clock is the virtual counter, its timer CNTV. Users read the same counter. It is one counter for all CPUs: a
// CPU that reads it after another CPU's time has reached it through memory never gets an earlier one. (The reader's ISB comes
// after the branch that has seen the lock taken; what the other one read was written before it gave the lock back.)

#include "arch/api/timer.h"

#include "arch/aarch64/sysreg.h"
#include "arch/aarch64/timer.h"
#include "debug/log.h"

#define US_PER_SECOND 1000000ul
#define TIMER_ENABLE 1

static word_t frequency; // [I] ticks per second

void aarch64_timer_init_cpu(void) { SYSREG_WRITE(cntv_ctl_el0, 0); }

void aarch64_timer_init(void)
{
    frequency = SYSREG_READ(cntfrq_el0);
    if (!frequency)
        kpanic("the firmware has not set CNTFRQ_EL0");
    aarch64_timer_init_cpu();
}

ticks_t arch_timer_now(void)
{
    ISB(); // the counter may otherwise be read early
    return SYSREG_READ(cntvct_el0);
}

void arch_timer_set_deadline(ticks_t when)
{
    SYSREG_WRITE(cntv_cval_el0, when);
    SYSREG_WRITE(cntv_ctl_el0, TIMER_ENABLE);
    ISB();
}

// The line is level: it stays up until the timer is off or has a later deadline.
void arch_timer_ack(void)
{
    SYSREG_WRITE(cntv_ctl_el0, 0);
    ISB();
}

// Seconds and the rest apart, so that nothing overflows below arch_max_us.
ticks_t arch_us_to_ticks(word_t us)
{
    return us / US_PER_SECOND * frequency + us % US_PER_SECOND * frequency / US_PER_SECOND;
}

word_t arch_ticks_to_us(ticks_t t)
{
    return t / frequency * US_PER_SECOND + t % frequency * US_PER_SECOND / frequency;
}

// A quarter of the counter's range: sums of a time and a period stay below it.
word_t arch_max_us(void) { return BIT(62) / frequency * US_PER_SECOND; }
