// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "driver/ioapic.h"

#include "arch/x86_64/acpi.h"
#include "arch/x86_64/kernel_map.h"
#include "debug/log.h"

// Two registers select and hold one of the indexed ones.
#define SELECT 0x00
#define WINDOW 0x10
#define VERSION 0x01
#define REDIRECTION(line) (0x10 + 2 * (line))

#define ENTRY_ACTIVE_LOW BIT(13)
#define ENTRY_LEVEL BIT(15)
#define ENTRY_MASKED BIT(16)
#define DESTINATION_SHIFT 24

struct ioapic {
    volatile char *registers; // [I]
    word_t first_gsi;         // [I]
    word_t end_gsi;           // [I]
};

static struct ioapic ioapics[ACPI_MAX_IOAPICS];
static word_t nr_ioapics; // [I]

static uint32_t read_indexed(const struct ioapic *a, word_t index)
{
    *(volatile uint32_t *)(a->registers + SELECT) = (uint32_t)index;
    return *(volatile uint32_t *)(a->registers + WINDOW);
}

static void write_indexed(const struct ioapic *a, word_t index, word_t v)
{
    *(volatile uint32_t *)(a->registers + SELECT) = (uint32_t)index;
    *(volatile uint32_t *)(a->registers + WINDOW) = (uint32_t)v;
}

static const struct ioapic *ioapic_of(word_t gsi)
{
    for (word_t i = 0; i < nr_ioapics; i++) {
        if (gsi >= ioapics[i].first_gsi && gsi < ioapics[i].end_gsi)
            return &ioapics[i];
    }
    return NULL;
}

word_t ioapic_add(paddr_t p, word_t first_gsi, word_t limit)
{
    struct ioapic *a = &ioapics[nr_ioapics++];
    kassert(nr_ioapics <= ACPI_MAX_IOAPICS);
    a->registers = x86_64_map_device(p);
    a->first_gsi = first_gsi;
    word_t nr_lines = ((read_indexed(a, VERSION) >> 16) & 0xff) + 1;
    for (word_t i = 0; i < nr_lines; i++)
        write_indexed(a, REDIRECTION(i), ENTRY_MASKED | ENTRY_LEVEL); // QEMU: a line that is up for an edge is missed
    a->end_gsi = first_gsi + nr_lines < limit ? first_gsi + nr_lines : limit;
    return a->end_gsi;
}

bool ioapic_has(word_t gsi) { return ioapic_of(gsi) != NULL; }

void ioapic_configure(word_t gsi, uint8_t vector, bool is_level, bool is_active_low, uint8_t cpu)
{
    const struct ioapic *a = ioapic_of(gsi);
    word_t index = REDIRECTION(gsi - a->first_gsi);
    write_indexed(a, index,
                  vector | ENTRY_MASKED | (is_level ? ENTRY_LEVEL : 0) | (is_active_low ? ENTRY_ACTIVE_LOW : 0));
    write_indexed(a, index + 1, (word_t)cpu << DESTINATION_SHIFT);
}

void ioapic_set_masked(word_t gsi, bool is_masked)
{
    const struct ioapic *a = ioapic_of(gsi);
    word_t index = REDIRECTION(gsi - a->first_gsi);
    word_t low = read_indexed(a, index);
    write_indexed(a, index, is_masked ? low | ENTRY_MASKED : low & ~ENTRY_MASKED);
}
