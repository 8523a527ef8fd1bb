// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Entries of an address space's page map: what is at a virtual page.
//
// Bits 0..27 page, bit 30 OWNED (a private page; the entry has a reference), bit 31 WRITABLE (mapped with write access),
// high 32 bits: slot of the mapping's capability, 0: not mapped. An entry without OWNED is an object's page that is mapped
// here; it has no reference and goes with its mapping.
// I1: an entry lies inside a region.
// I2: an OWNED page with more than one reference is not mapped WRITABLE, but in a wired region.
// I3: in a region that is neither charged nor wired, each OWNED entry is charged by itself.

#include "space.h"

#define ENTRY_PAGE_MASK 0x0fffffff
#define ENTRY_OWNED ((uint64_t)1 << 30)
#define ENTRY_WRITABLE ((uint64_t)1 << 31)

static inline page_t entry_page(uint64_t entry) { return (page_t)(entry & ENTRY_PAGE_MASK); }
static inline uint32_t entry_slot(uint64_t entry) { return (uint32_t)(entry >> 32); }

// Removes all mappings and entries of R in [start, end).
void entries_clear(struct region *r, uint64_t start, uint64_t end);
// The same only for pages of R's object.
void entries_clear_object(struct region *r, uint64_t start, uint64_t end);
// OWNED entries of R in [start, end).
uint64_t entries_owned(struct region *r, uint64_t start, uint64_t end);
// Brings mappings in line with R's rights, which were OLD_PROT.
void entries_protect(struct region *r, unsigned old_prot);
// Moves the entries of [start, end) by DELTA pages (modulo 2^64), where there is room; mappings go and come back by faults.
void entries_move(struct space *s, uint64_t start, uint64_t end, uint64_t delta);
// Shares the owned pages of R in [start, end) with DEST, a region of another space, DELTA pages further on, where nothing
// is yet; both sides lose write access until they fault. -LX_ENOMEM: some are shared.
long entries_share(struct region *r, uint64_t start, uint64_t end, struct region *dest, uint64_t delta);
// Puts the private PAGE (its reference passes on) at ADDR in R, where there is nothing, not mapped. -LX_ENOMEM.
long entry_put(struct region *r, uint64_t addr, page_t page);
// Puts the wired PAGE (one more reference) at ADDR in R, where there is nothing, and maps it. -LX_ENOMEM.
long entry_put_wired(struct region *r, uint64_t addr, page_t page);
// The three ways a fault is answered; nothing has changed on -LX_ENOMEM. ENTRY is what is at ADDR.
// Maps the page that R's object has there, which is PAGE.
long entry_map_object(struct region *r, uint64_t addr, uint64_t entry, page_t page);
// Maps the owned page with what R and its references allow.
long entry_map_owned(struct region *r, uint64_t addr, uint64_t entry);
// Replaces what is there by a page of its own, a copy of FROM (0: cleared), mapped.
long entry_make_private(struct region *r, uint64_t addr, uint64_t entry, page_t from);
