// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "chunk.h"

#include <kn/stubs.h>

#include "bitmap.h"
#include "commit.h"
#include "cspace.h"
#include "own.h"
#include "trona/heap.h"
#include "trona/log.h"

#define REFS_BYTES (CHUNK_PAGES * sizeof(uint32_t))

struct chunk {
    uint32_t slot;   // its untyped; the objects' slots follow. 0: not made
    uint32_t free;   // I1
    uint32_t clean;  // frames: not used since they were cleared
    uint32_t given;  // the archive's: has been given back at least once
    uint8_t kind;
    uint32_t *refs;  // frames
};

static struct chunk *chunks;
static size_t nr_archive_chunks, nr_known, max_chunks;
static struct bitmap with_free[NR_CHUNK_KINDS], idle;
static size_t nr_free_frames; // in frame chunks that are not idle

// Objects that a chunk of KIND has.
static uint32_t nr_objects(enum chunk_kind kind)
{
    return kind < CHUNK_UNTYPEDS ? CHUNK_PAGES : CHUNK_PAGES >> (kind - CHUNK_UNTYPEDS);
}

static uint32_t all_free(enum chunk_kind kind)
{
    return kind == CHUNK_NONE ? 0 : UINT32_MAX >> (32 - nr_objects(kind));
}

static kn_word_t window_of(size_t c)
{
    return OWN_WINDOW + ((kn_word_t)c << CHUNK_BITS);
}

static void init_archive(uint32_t slot, size_t count)
{
    if (own_map(slot, count, OWN_WINDOW) != count)
        trona_panic("the boot archive cannot be mapped");
    for (size_t c = 0; c < nr_archive_chunks; c++) {
        chunks[c] = (struct chunk){.slot = slot + (uint32_t)c * CHUNK_PAGES - 1, .kind = CHUNK_FRAMES,
                                   .refs = trona_alloc_zero(REFS_BYTES)};
        if (!chunks[c].refs)
            trona_panic("no memory for the boot archive's pages");
    }
}

void chunk_init(uint32_t archive_slot, size_t nr_archive)
{
    static_assert(CHUNK_PAGES == 32, "a bit of a 32-bit word for each page");
    nr_archive_chunks = nr_known = (nr_archive + CHUNK_PAGES - 1) / CHUNK_PAGES;
    max_chunks = nr_archive_chunks + source_chunks();
    chunks = trona_alloc_zero(max_chunks * sizeof *chunks);
    bool ok = chunks && bitmap_init(&idle, max_chunks);
    for (int k = 0; k < NR_CHUNK_KINDS; k++)
        ok = ok && bitmap_init(&with_free[k], max_chunks);
    if (!ok)
        trona_panic("no memory for the chunk table");
    init_archive(archive_slot, nr_archive);
}

// Brings the sets up to date with C's free objects.
static void note(size_t c)
{
    const struct chunk *k = &chunks[c];
    bool is_idle = k->free == all_free(k->kind) && c >= nr_archive_chunks;
    if (k->kind != CHUNK_NONE)
        bitmap_set(&with_free[k->kind], c, k->free != 0);
    bitmap_set(&idle, c, is_idle);
}

// Makes an idle chunk of no kind: one that is idle in another kind, or a fresh one. BITMAP_NONE: there is none.
static size_t find_raw(void)
{
    if (nr_known < max_chunks) {
        struct chunk *k = &chunks[nr_known];
        if (!k->slot)
            k->slot = slots_take(1 + CHUNK_PAGES);
        if (k->slot && source_take_chunk(k->slot)) {
            note(nr_known);
            return nr_known++;
        }
    }
    size_t c = bitmap_first(&idle);
    if (c == BITMAP_NONE || chunks[c].kind == CHUNK_NONE)
        return c;
    struct chunk *k = &chunks[c];
    kn_cnode_revoke(OWN_CNODE, k->slot, KN_WORD_BITS);
    trona_free(k->refs, REFS_BYTES);
    bitmap_set(&with_free[k->kind], c, false);
    *k = (struct chunk){.slot = k->slot};
    note(c);
    return c;
}

static bool retype(struct chunk *k, enum chunk_kind kind)
{
    switch (kind) {
    case CHUNK_FRAMES:
        return cspace_retype(k->slot, KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, k->slot + 1, CHUNK_PAGES) == KN_ERROR_NONE;
    case CHUNK_TABLES:
        return cspace_retype(k->slot, KN_OBJECT_TYPE_PAGE_TABLE, 0, k->slot + 1, CHUNK_PAGES) == KN_ERROR_NONE;
    default:
        return cspace_retype(k->slot, KN_OBJECT_TYPE_UNTYPED, KN_PAGE_BITS + (kind - CHUNK_UNTYPEDS), k->slot + 1,
                             nr_objects(kind)) == KN_ERROR_NONE;
    }
}

// Cuts a chunk for KIND; on failure it stays raw and idle.
static size_t cut(enum chunk_kind kind)
{
    size_t c = find_raw();
    if (c == BITMAP_NONE)
        return c;
    struct chunk *k = &chunks[c];
    bool is_frames = kind == CHUNK_FRAMES;
    k->refs = is_frames ? trona_alloc_zero(REFS_BYTES) : NULL;
    if ((is_frames && !k->refs) || !retype(k, kind) ||
        (is_frames && own_map(k->slot + 1, CHUNK_PAGES, window_of(c)) != CHUNK_PAGES)) {
        kn_cnode_revoke(OWN_CNODE, k->slot, KN_WORD_BITS);
        trona_free(k->refs, REFS_BYTES);
        k->refs = NULL;
        return BITMAP_NONE;
    }
    k->kind = (uint8_t)kind;
    k->free = k->clean = all_free(kind);
    note(c);
    return c;
}

uint32_t chunk_take(enum chunk_kind kind, bool *is_clean)
{
    size_t c = bitmap_first(&with_free[kind]);
    if (c == BITMAP_NONE && (c = cut(kind)) == BITMAP_NONE)
        return CHUNK_NO_OBJECT;
    struct chunk *k = &chunks[c];
    bool was_idle = bitmap_has(&idle, c);
    if (was_idle && kind != CHUNK_FRAMES && !commit_take_kernel(CHUNK_PAGES)) // I2
        return CHUNK_NO_OBJECT;
    uint32_t i = (uint32_t)__builtin_ctz(k->free), bit = (uint32_t)1 << i;
    k->free &= ~bit;
    if (is_clean)
        *is_clean = k->clean & bit;
    k->clean &= ~bit;
    if (kind == CHUNK_FRAMES)
        nr_free_frames += was_idle ? CHUNK_PAGES - 1 : (size_t)-1;
    note(c);
    return (uint32_t)c * CHUNK_PAGES + i;
}

void chunk_give(uint32_t object)
{
    size_t c = object / CHUNK_PAGES;
    struct chunk *k = &chunks[c];
    k->free |= (uint32_t)1 << object % CHUNK_PAGES;
    k->given |= k->free;
    note(c);
    bool is_idle = bitmap_has(&idle, c);
    if (k->kind == CHUNK_FRAMES)
        nr_free_frames -= is_idle ? CHUNK_PAGES - 1 : (size_t)-1;
    else if (is_idle)
        commit_give_kernel(CHUNK_PAGES);
}

uint32_t chunk_slot(uint32_t object)
{
    return chunks[object / CHUNK_PAGES].slot + 1 + object % CHUNK_PAGES;
}

uint32_t *chunk_refs(uint32_t object)
{
    return &chunks[object / CHUNK_PAGES].refs[object % CHUNK_PAGES];
}

bool chunk_was_given(uint32_t object)
{
    return chunks[object / CHUNK_PAGES].given >> object % CHUNK_PAGES & 1;
}

size_t chunk_free_frames(void)
{
    size_t nr_idle = 0;
    for (size_t i = 0; i < idle.nr_words; i++)
        nr_idle += (size_t)__builtin_popcountl(idle.words[i]);
    return nr_free_frames + (nr_idle + source_chunks()) * CHUNK_PAGES;
}
