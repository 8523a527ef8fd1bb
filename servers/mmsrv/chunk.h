// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Chunks: untypeds of CHUNK_PAGES pages, each cut into objects of one kind: frames, page tables, or untypeds of one size for
// kernel objects. An object that is given back is used again as it is; a chunk whose objects are all free can be
// cut anew for another kind, which one Revoke does. So memory moves between kinds, at the cost of what is free in chunks that
// are in use (the lowest ones are filled first, to keep that small).
//
// States of a chunk: fresh (not cut off yet; numbers from nr_known on) -> idle (no object in use; cut for some kind or
// for none) <-> busy. The first chunks are the boot archive's frames: they are never cut anew.
// I1: bit i of free says whether object i is free; a chunk is in its kind's set iff it has a free object, in the set
//     of idle chunks iff all are free.
// I2: busy chunks of other kinds than frames count as kernel memory (commit.h).
// I3: a chunk has slots for itself and CHUNK_PAGES objects, consecutive, from its first use on.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source.h"

enum chunk_kind {
    CHUNK_NONE, // not cut
    CHUNK_FRAMES,
    CHUNK_TABLES,
    CHUNK_UNTYPEDS, // of KN_PAGE_BITS; those of larger ones follow, up to CHUNK_BITS
    NR_CHUNK_KINDS = CHUNK_UNTYPEDS + CHUNK_BITS - KN_PAGE_BITS + 1,
};

#define CHUNK_NO_OBJECT UINT32_MAX

// OBJECT below is chunk number * CHUNK_PAGES + number in the chunk.

void chunk_init(uint32_t archive_slot, size_t nr_archive); // no memory for the tables: panics
// A free object of KIND; CHUNK_NO_OBJECT: no memory. *is_clean: a frame that nobody has used since it was cleared.
uint32_t chunk_take(enum chunk_kind kind, bool *is_clean);
// Gives an object back; it is what it was when it was taken (an untyped without children, an unmapped table).
void chunk_give(uint32_t object);
uint32_t chunk_slot(uint32_t object); // its capability
uint32_t *chunk_refs(uint32_t object); // frames: a word for the owner of pages, 0 at first
bool chunk_was_given(uint32_t object); // whether it has been given back since its chunk was cut
// Objects of frame chunks that are free, and memory that could become frames, in pages.
size_t chunk_free_frames(void);
