// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Comparator 0 of the HPET, one-shot, edge-triggered. With the interrupt at GSI 2 it takes the place of the old interval
// timer by legacy replacement, which also keeps that timer from interrupting there. Registers are accessed in halves: not
// every HPET takes 64 bits at once. Source: IA-PC HPET Specification 1.0a.

#include "alarm.h"

#include "trona/log.h"
#include "trona/startup.h"
#include "trona/ticks.h"

#define CAPABILITIES 0x000
#define CONFIG 0x010
#define COUNTER 0x0f0
#define TIMER0_CONFIG 0x100
#define TIMER0_COMPARATOR 0x108

#define CAP_COUNTER_64 0x2000u
#define CAP_LEGACY 0x8000u
#define CONFIG_ENABLE 1u
#define CONFIG_LEGACY 2u
#define TIMER_ENABLE 4u
#define TIMER_ROUTE_SHIFT 9
#define LEGACY_GSI 2
#define FS_PER_SECOND 1000000000000000ull
#define MAX_PERIOD_FS 100000000u // 10 MHz, the slowest that the specification allows
#define MAX_COUNTS (1ull << 40)  // hours; some HPETs compute with signed nanoseconds

static volatile uint32_t *registers;
static uint64_t counts_per_tick; // 32.32 fixed point
static uint32_t timer_config;    // what TIMER0_CONFIG holds

static uint32_t read_register(unsigned offset) { return registers[offset / 4]; }

static void write_register(unsigned offset, uint32_t value) { registers[offset / 4] = value; }

static uint64_t read_counter(void)
{
    for (;;) {
        uint32_t high = read_register(COUNTER + 4), low = read_register(COUNTER);
        if (read_register(COUNTER + 4) == high)
            return (uint64_t)high << 32 | low;
    }
}

static void set_enabled(bool is_enabled)
{
    if (is_enabled)
        timer_config |= TIMER_ENABLE;
    else
        timer_config &= ~TIMER_ENABLE;
    write_register(TIMER0_CONFIG, timer_config);
}

// Where the interrupt goes: to CONFIG or timer_config.
static void route(uint32_t irq, uint32_t *config)
{
    if (irq == LEGACY_GSI && read_register(CAPABILITIES) & CAP_LEGACY) {
        *config |= CONFIG_LEGACY;
        return;
    }
    if (irq > 31 || !(read_register(TIMER0_CONFIG + 4) & 1u << irq))
        trona_panic("the HPET cannot interrupt at GSI %u", irq);
    timer_config |= irq << TIMER_ROUTE_SHIFT;
}

static uint32_t find_irq(void)
{
    for (const struct kn_layout_resource *r = trona_startup_page()->resources; r->kind != KN_LAYOUT_RESOURCE_END; r++)
        if (r->kind == KN_LAYOUT_RESOURCE_IRQ)
            return (uint32_t)r->id;
    trona_panic("the system description gives no interrupt");
}

static void find_device(void)
{
    for (const struct kn_layout_resource *r = trona_startup_page()->resources; r->kind != KN_LAYOUT_RESOURCE_END; r++)
        if (r->kind == KN_LAYOUT_RESOURCE_DEVICE)
            registers = (volatile uint32_t *)r->vaddr;
    if (!registers)
        trona_panic("the system description gives no HPET");
}

void alarm_init(void)
{
    find_device();
    uint32_t period_fs = read_register(CAPABILITIES + 4);
    if (!period_fs || period_fs > MAX_PERIOD_FS || !(read_register(CAPABILITIES) & CAP_COUNTER_64))
        trona_panic("there is no usable HPET");
    uint64_t ticks_per_second = trona_startup_page()->ticks_per_second;
    counts_per_tick = ((FS_PER_SECOND / period_fs) << 32) / ticks_per_second;
    uint32_t config = CONFIG_ENABLE;
    route(find_irq(), &config);
    write_register(CONFIG, 0);
    alarm_clear();
    write_register(CONFIG, config); // the counter goes on from where it was
}

bool alarm_set(uint64_t ticks)
{
    uint64_t counter = read_counter();
    uint64_t now = trona_ticks();
    if (now >= ticks)
        return false;
    unsigned __int128 left = ((unsigned __int128)(ticks - now) * counts_per_tick >> 32) + 1;
    uint64_t comparator = counter + (left < MAX_COUNTS ? (uint64_t)left : MAX_COUNTS);
    set_enabled(false); // a comparator half written would fire
    write_register(TIMER0_COMPARATOR, (uint32_t)comparator);
    write_register(TIMER0_COMPARATOR + 4, (uint32_t)(comparator >> 32));
    set_enabled(true);
    // One that the counter passed while it was written stays silent.
    return read_counter() < comparator;
}

void alarm_clear(void) { set_enabled(false); }
