// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Time. A tick is a TSC cycle; the TSC is not stopped or set by anybody. Its rate and the local APIC timer's are measured
// once against the HPET, or the ACPI PM timer on a board without one.

#include "timer.h"

#include <machine/instructions.h>

#include "arch/api/timer.h"
#include "arch/x86_64/acpi.h"
#include "debug/log.h"
#include "driver/hpet.h"
#include "driver/lapic.h"
#include "driver/pm_timer.h"

#define MICROSECONDS_PER_SECOND 1000000
#define FEMTOSECONDS_PER_SECOND 1000000000000000
#define MEASURE_US 500
#define NR_SAMPLES 4
#define MEGAHERTZ 1000000
#define ROUNDING_PPM 100

static word_t tsc_hz;         // [I]
static word_t lapic_per_tick; // [I] local APIC timer counts per tick, 32 fractional bits

// A timer of the board that has a known period.
struct reference {
    word_t (*read)(void);
    word_t period; // femtoseconds
    word_t mask;   // of its counter
};

// The three clocks at one moment.
struct sample {
    word_t tsc, reference, lapic;
};

// Takes the best of a few: the emulator may be preempted between two reads.
static struct sample take_sample(const struct reference *r)
{
    struct sample best = {0};
    word_t best_gap = ~(word_t)0;
    for (int i = 0; i < NR_SAMPLES; i++) {
        word_t before = x86_64_rdtsc();
        word_t reference = r->read();
        word_t lapic = lapic_timer_count();
        word_t gap = x86_64_rdtsc() - before;
        if (gap < best_gap) {
            best_gap = gap;
            best = (struct sample){before + gap / 2, reference, lapic};
        }
    }
    return best;
}

// Nominal rates are whole megahertz; the measurement is not that exact.
static word_t round_rate(word_t hz)
{
    word_t rounded = (hz + MEGAHERTZ / 2) / MEGAHERTZ * MEGAHERTZ;
    word_t difference = hz > rounded ? hz - rounded : rounded - hz;
    return difference <= rounded / MICROSECONDS_PER_SECOND * ROUNDING_PPM ? rounded : hz;
}

static void measure(const struct reference *r)
{
    lapic_timer_start(~(uint32_t)0); // counts down
    struct sample first = take_sample(r);
    word_t target = x86_64_muldiv(MEASURE_US, FEMTOSECONDS_PER_SECOND / MICROSECONDS_PER_SECOND, r->period);
    while (((r->read() - first.reference) & r->mask) < target)
        __asm__ volatile("pause");
    struct sample last = take_sample(r);
    lapic_timer_start(0);
    word_t elapsed = ((last.reference - first.reference) & r->mask) * r->period;
    word_t lapic_hz = round_rate(x86_64_muldiv(first.lapic - last.lapic, FEMTOSECONDS_PER_SECOND, elapsed));
    tsc_hz = round_rate(x86_64_muldiv(last.tsc - first.tsc, FEMTOSECONDS_PER_SECOND, elapsed));
    lapic_per_tick = (lapic_hz << 32) / tsc_hz;
}

void x86_64_timer_init(const struct acpi_info *acpi)
{
    if (acpi->hpet.raw) {
        struct reference r = {hpet_read, hpet_start(acpi->hpet), hpet_mask()};
        measure(&r);
        hpet_stop();
    } else if (acpi->pm_timer_port) {
        pm_timer_init(acpi->pm_timer_port);
        measure(&(struct reference){pm_timer_read, PM_TIMER_PERIOD, PM_TIMER_MASK});
    } else {
        kpanic("no HPET and no ACPI PM timer to measure the clock with");
    }
}

word_t x86_64_ticks_per_second(void) { return tsc_hz; }

ticks_t arch_timer_now(void) { return x86_64_rdtsc(); }

// The local APIC counts at most 2^32: a later deadline is reached in several interrupts, each of which sets it anew.
void arch_timer_set_deadline(ticks_t when)
{
    ticks_t now = x86_64_rdtsc();
    word_t delta = when > now ? when - now : 0;
    unsigned __int128 count = (((unsigned __int128)delta * lapic_per_tick) >> 32) + 1; // rather late than early
    lapic_timer_start(count > ~(uint32_t)0 ? ~(uint32_t)0 : (uint32_t)count);
}

// One-shot: there is nothing to take back, and the end of the interrupt follows.
void arch_timer_ack(void) {}

ticks_t arch_us_to_ticks(word_t us) { return x86_64_muldiv(us, tsc_hz, MICROSECONDS_PER_SECOND); }
word_t arch_ticks_to_us(ticks_t t) { return x86_64_muldiv(t, MICROSECONDS_PER_SECOND, tsc_hz); }
word_t arch_max_us(void) { return x86_64_muldiv(BIT(62), MICROSECONDS_PER_SECOND, tsc_hz); }
