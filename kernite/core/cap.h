// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// A capability: two words. word 0: bits 0..43 object address / 16, 44..48 cap type (KN_CAP_TYPE_*), 49..52 rights,
// 53..63 by type (CNode uses 49..60). Word 1 by type:
//
//   type            word 0 extra                          word 1
//   UNTYPED         53..58 size_bits, 59 device, 60 clear bytes used from the start (the watermark)
//   CNODE           52..57 guard size, 58..63 radix       guard
//   TCB             -                                     -
//   ENDPOINT        rights                                badge
//   NOTIFICATION    rights                                badge
//   REPLY           rights (GRANT)                        -
//   SCHED_CONTEXT   53..58 size_bits                      -
//   SCHED_CONTROL   -                                     CPU number
//   VSPACE          -                                     mapping word: ASID when assigned
//   PAGE_TABLE      -                                     mapping word
//   FRAME           rights, 53..58 size_bits, 59 device   mapping word
//   ASID_POOL       -                                     first ASID of the pool
//   IRQ_HANDLER     -                                     interrupt number
//   IO_PORT         -                                     first | last << 16
//   SMC             -                                     badge: the one function id allowed, 0 all
//   ZOMBIE          53..58 radix, 59 of a TCB             slots not yet emptied
//
// Mapping word: bits 48..63 ASID, 12..47 virtual address / page, bits 1..3 table level, bit 0 mapped. ASID 0 is none.

#include "arch/api/mmu.h"
#include "core/types.h"

struct cap {
    word_t w[2];
};

#define CAP_NULL ((struct cap){{0, 0}})

static inline word_t cap_field(struct cap c, unsigned shift, unsigned bits) { return (c.w[0] >> shift) & MASK(bits); }
static inline struct cap cap_with_field(struct cap c, unsigned shift, unsigned bits, word_t v)
{
    c.w[0] = (c.w[0] & ~(MASK(bits) << shift)) | ((v & MASK(bits)) << shift);
    return c;
}

static inline word_t cap_type(struct cap c) { return cap_field(c, 44, 5); }
// C for the object behind C's, which is of the same type and size.
static inline struct cap cap_next_object(struct cap c, word_t object_bits)
{
    c.w[0] += BIT(object_bits) >> 4;
    return c;
}
static inline bool cap_is_null(struct cap c) { return cap_type(c) == KN_CAP_TYPE_NULL; }
static inline paddr_t cap_paddr(struct cap c) { return (paddr_t){cap_field(c, 0, 44) << 4}; }
// The object itself, which lies in RAM, hence below 2^47: two shifts are less than a shift and a mask.
static inline void *cap_object(struct cap c) { return phys_to_ptr((paddr_t){(word_t)((int64_t)(c.w[0] << 20) >> 16)}); }
static inline word_t cap_rights(struct cap c) { return cap_field(c, 49, 4); }
static inline struct cap cap_with_rights(struct cap c, word_t r) { return cap_with_field(c, 49, 4, r); }
static inline word_t cap_size_bits(struct cap c) { return cap_field(c, 53, 6); } // Untyped, SchedContext, Frame
static inline bool cap_is_device(struct cap c) { return cap_field(c, 59, 1); }   // Untyped, Frame
static inline word_t cap_badge(struct cap c) { return c.w[1]; }                  // Endpoint, Notification, SMC
static inline word_t cap_cnode_radix(struct cap c) { return c.w[0] >> 58; }
static inline word_t cap_cnode_guard_size(struct cap c) { return cap_field(c, 52, 6); }
static inline struct cap cap_cnode_with_radix(struct cap c, word_t v) { return cap_with_field(c, 58, 6, v); }
static inline struct cap cap_cnode_with_guard_size(struct cap c, word_t v) { return cap_with_field(c, 52, 6, v); }
// Whether C is a CNode's, without a guard. One comparison: look-ups do it at every level.
static inline bool cap_is_plain_cnode(struct cap c) { return cap_field(c, 44, 14) == KN_CAP_TYPE_CNODE; }
static inline word_t cap_cnode_guard(struct cap c) { return c.w[1]; }
static inline word_t cap_zombie_radix(struct cap c) { return cap_field(c, 53, 6); }
static inline bool cap_zombie_is_tcb(struct cap c) { return cap_field(c, 59, 1); }
static inline word_t cap_zombie_left(struct cap c) { return c.w[1]; }

static inline bool cap_is_mapped(struct cap c) { return c.w[1] & 1; }             // VSpace, PageTable, Frame
static inline word_t cap_map_asid(struct cap c) { return c.w[1] >> 48; }
static inline vaddr_t cap_map_vaddr(struct cap c) { return c.w[1] & 0x0000fffffffff000; }
static inline word_t cap_map_level(struct cap c) { return (c.w[1] >> 1) & 7; }
static inline word_t map_word(word_t asid, vaddr_t va, word_t level)
{
    return asid << 48 | (va & 0x0000fffffffff000) | level << 1 | 1;
}

static inline word_t cap_untyped_used(struct cap c) { return c.w[1]; }
// Bit 60: part of the free memory is known to be clear, see object/untyped.c. A new watermark forgets it.
static inline bool cap_untyped_is_clearing(struct cap c) { return cap_field(c, 60, 1); }
static inline struct cap cap_untyped_with_clearing(struct cap c, bool v) { return cap_with_field(c, 60, 1, v); }
static inline struct cap cap_untyped_with_used(struct cap c, word_t used)
{
    c = cap_untyped_with_clearing(c, false);
    c.w[1] = used;
    return c;
}
static inline struct cap cap_untyped_full(struct cap c) { return cap_untyped_with_used(c, BIT(cap_size_bits(c))); }

// log2 of the size of the object's memory; 0 if the capability names no memory (core/cap.c).
word_t cap_object_bits(struct cap c);

// Makes a capability of TYPE for the object at physical address P (16-byte aligned, below 2^48).
static inline struct cap cap_new(word_t type, paddr_t p, word_t w1)
{
    return (struct cap){{(p.raw >> 4) | type << 44, w1}};
}
