// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What the distributors of both versions, and the first page behind a GICv3 redistributor, have in common.

#include "core/types.h"
#include "driver/gic.h"

#define GICD_CTLR 0x0
#define GICD_TYPER 0x4
#define GICD_IGROUPR 0x80
#define GICD_ISENABLER 0x100
#define GICD_ICENABLER 0x180
#define GICD_ICPENDR 0x280
#define GICD_ICACTIVER 0x380
#define GICD_IPRIORITYR 0x400
#define GICD_ITARGETSR 0x800
#define GICD_ICFGR 0xc00

#define GIC_PRIORITY_WORD 0xa0a0a0a0     // of every interrupt, a byte each
#define GIC_PRIORITY_WORD_IPI 0xa0a0a080 // the first word, with GIC_IPI's
#define GIC_PRIORITY_MASK 0xf0           // let all pass that are more urgent
#define GIC_PRIORITY_MASK_IPI 0x90       // let GIC_IPI alone pass
static_assert(GIC_IPI == 0, "its priority is the first byte");

static inline uint32_t gic_read(const char *base, word_t offset) { return *(const volatile uint32_t *)(base + offset); }
static inline void gic_write(char *base, word_t offset, uint32_t value) { *(volatile uint32_t *)(base + offset) = value; }

static inline uint64_t gic_read64(const char *base, word_t offset) { return *(const volatile uint64_t *)(base + offset); }
static inline void gic_write64(char *base, word_t offset, uint64_t value) { *(volatile uint64_t *)(base + offset) = value; }

static inline word_t gic_count(const char *distributor)
{
    word_t count = 32 * ((gic_read(distributor, GICD_TYPER) & 0x1f) + 1);
    return count < 1020 ? count : 1020;
}

// Registers with one bit an interrupt, where writing 1 acts.
static inline void gic_write_bit(char *base, word_t offset, word_t intid)
{
    gic_write(base, offset + intid / 32 * 4, 1u << intid % 32);
}

static inline void gic_set_trigger(char *base, word_t intid, bool is_level)
{
    word_t offset = GICD_ICFGR + intid / 16 * 4;
    uint32_t edge = 2u << intid % 16 * 2;
    uint32_t old = gic_read(base, offset);
    gic_write(base, offset, is_level ? old & ~edge : old | edge);
}

// Interrupts [first, end): masked, not pending, group GROUP (0 or 1), the one priority. FIRST, END: multiples of 32.
static inline void gic_reset(char *base, word_t first, word_t end, uint32_t group)
{
    for (word_t i = first; i < end; i += 32) {
        gic_write(base, GICD_ICENABLER + i / 8, ~0u);
        gic_write(base, GICD_ICPENDR + i / 8, ~0u);
        gic_write(base, GICD_ICACTIVER + i / 8, ~0u);
        gic_write(base, GICD_IGROUPR + i / 8, group ? ~0u : 0);
        for (word_t j = i; j < i + 32; j += 4)
            gic_write(base, GICD_IPRIORITYR + j, GIC_PRIORITY_WORD);
    }
}
