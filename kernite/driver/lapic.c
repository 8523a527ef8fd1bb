// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "driver/lapic.h"

#include <machine/instructions.h>

#include "arch/api/cpu.h"
#include "arch/x86_64/kernel_map.h"
#include "debug/log.h"

// Register offsets
#define ID 0x020
#define TASK_PRIORITY 0x080
#define END_OF_INTERRUPT 0x0b0
#define SPURIOUS 0x0f0
#define REQUEST 0x200 // eight registers of 32 vectors, 16 bytes apart
#define COMMAND_LOW 0x300
#define COMMAND_HIGH 0x310
#define LVT_TIMER 0x320
#define LVT_THERMAL 0x330
#define LVT_PERFORMANCE 0x340
#define LVT_LINT0 0x350
#define LVT_LINT1 0x360
#define LVT_ERROR 0x370
#define TIMER_INITIAL 0x380
#define TIMER_CURRENT 0x390
#define TIMER_DIVIDE 0x3e0

#define SPURIOUS_ENABLE BIT(8)
#define LVT_MASKED BIT(16)
#define DIVIDE_BY_1 0xb
#define COMMAND_VECTOR 0x4000 // fixed delivery, edge triggered, asserted
#define COMMAND_INIT 0x4500
#define COMMAND_STARTUP 0x4600
#define COMMAND_PENDING BIT(12)
#define COMMAND_DESTINATION_SHIFT 24
#define BASE_ENABLE BIT(11)
#define BASE_X2APIC BIT(10)

static volatile char *registers; // [I] the same for every CPU

static uint32_t read_register(word_t offset) { return *(volatile uint32_t *)(registers + offset); }
static void write_register(word_t offset, word_t v) { *(volatile uint32_t *)(registers + offset) = (uint32_t)v; }

void lapic_init(paddr_t p, uint8_t timer_vector, uint8_t spurious_vector)
{
    word_t base = x86_64_rdmsr(MSR_APIC_BASE);
    if (base & BASE_X2APIC)
        kpanic("the firmware has left the local APIC in x2APIC mode");
    x86_64_wrmsr(MSR_APIC_BASE, base | BASE_ENABLE);
    if (!registers)
        registers = x86_64_map_device(p);
    write_register(TASK_PRIORITY, 0);
    write_register(LVT_LINT0, LVT_MASKED);
    write_register(LVT_LINT1, LVT_MASKED);
    write_register(LVT_ERROR, LVT_MASKED);
    write_register(LVT_PERFORMANCE, LVT_MASKED);
    write_register(LVT_THERMAL, LVT_MASKED);
    write_register(TIMER_INITIAL, 0);
    write_register(TIMER_DIVIDE, DIVIDE_BY_1);
    write_register(LVT_TIMER, timer_vector); // mode 0: one-shot
    write_register(SPURIOUS, SPURIOUS_ENABLE | spurious_vector);
}

uint8_t lapic_id(void) { return (uint8_t)(read_register(ID) >> 24); }
void lapic_end_of_interrupt(void) { write_register(END_OF_INTERRUPT, 0); }

static void send_command(uint8_t id, word_t command)
{
    while (read_register(COMMAND_LOW) & COMMAND_PENDING)
        arch_cpu_relax();
    write_register(COMMAND_HIGH, (word_t)id << COMMAND_DESTINATION_SHIFT);
    write_register(COMMAND_LOW, command);
}

void lapic_send(uint8_t id, uint8_t vector) { send_command(id, COMMAND_VECTOR | vector); }
void lapic_send_init(uint8_t id) { send_command(id, COMMAND_INIT); }
void lapic_send_startup(uint8_t id, uint8_t page) { send_command(id, COMMAND_STARTUP | page); }

bool lapic_is_pending(word_t words)
{
    for (; words != 0; words &= words - 1)
        if (read_register(REQUEST + 16 * (word_t)__builtin_ctzl(words)))
            return true;
    return false;
}

void lapic_timer_start(uint32_t count) { write_register(TIMER_INITIAL, count); }
word_t lapic_timer_count(void) { return read_register(TIMER_CURRENT); }
