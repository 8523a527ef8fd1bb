// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "source.h"

#include <kn/proto/layout.h>
#include <kn/stubs.h>

#include "commit.h"
#include "cspace.h"
#include "trona/startup.h"

#define CHUNK_BYTES ((kn_word_t)1 << CHUNK_BITS)
#define MAX_SOURCES 160

struct source {
    kn_cptr_t slot;
    kn_word_t size, used;
    bool is_small; // serves permanent objects
};

static struct source sources[MAX_SOURCES];
static unsigned nr_sources;
static kn_word_t chunks_left, total_pages;

static void add(kn_cptr_t slot, kn_word_t size, bool is_small)
{
    if (nr_sources < MAX_SOURCES) {
        sources[nr_sources++] = (struct source){slot, size, 0, is_small};
        return;
    }
    for (unsigned i = 0; i < nr_sources; i++) // what is left of a small one is too little for most
        if (sources[i].is_small && sources[i].size - sources[i].used < size) {
            sources[i] = (struct source){slot, size, 0, is_small};
            return;
        }
}

void source_init(void)
{
    for (const struct kn_layout_resource *r = trona_startup_page()->resources; r->kind != KN_LAYOUT_RESOURCE_END; r++) {
        if (r->kind != KN_LAYOUT_RESOURCE_UNTYPED)
            continue;
        kn_word_t size = (kn_word_t)1 << r->size;
        add(r->slot, size, size < CHUNK_BYTES);
        total_pages += size >> KN_PAGE_BITS;
        chunks_left += size / CHUNK_BYTES;
    }
    commit_add_total(chunks_left * CHUNK_PAGES);
}

kn_word_t source_chunks(void)
{
    return chunks_left;
}

kn_word_t source_total_pages(void)
{
    return total_pages;
}

// Where COUNT objects of 2^bits bytes would begin in S; false if they don't fit.
static bool fits(const struct source *s, kn_word_t bits, kn_word_t count, kn_word_t *start)
{
    kn_word_t mask = ((kn_word_t)1 << bits) - 1;
    *start = (s->used + mask) & ~mask;
    return *start <= s->size && count <= (s->size - *start) >> bits;
}

// The source of that kind which leaves least over.
static struct source *best(bool is_small, kn_word_t bits, kn_word_t count)
{
    struct source *found = NULL;
    kn_word_t start;
    for (struct source *s = sources; s < sources + nr_sources; s++)
        if (s->is_small == is_small && fits(s, bits, count, &start) && (!found || s->size - s->used < found->size - found->used))
            found = s;
    return found;
}

// The chunks that S can be cut into no more when it gives COUNT objects, with what alignment costs.
static kn_word_t cost(const struct source *s, kn_word_t bits, kn_word_t count)
{
    kn_word_t start;
    fits(s, bits, count, &start);
    return (s->size - s->used) / CHUNK_BYTES - (s->size - start - (count << bits)) / CHUNK_BYTES;
}

// Accounts for COUNT objects that S has given.
static void use(struct source *s, kn_word_t bits, kn_word_t count)
{
    kn_word_t start;
    if (!s->is_small)
        chunks_left -= cost(s, bits, count);
    fits(s, bits, count, &start);
    s->used = start + (count << bits);
}

static bool take_from(struct source *s, kn_word_t type, kn_word_t size_bits, kn_word_t bits, kn_word_t count, uint32_t slot)
{
    if (!s || cspace_retype(s->slot, type, size_bits, slot, count) != KN_ERROR_NONE)
        return false;
    use(s, bits, count);
    return true;
}

bool source_take_chunk(uint32_t slot)
{
    return take_from(best(false, CHUNK_BITS, 1), KN_OBJECT_TYPE_UNTYPED, CHUNK_BITS, CHUNK_BITS, 1, slot);
}

// One chunk more for permanent objects.
static bool add_small(void)
{
    if (!commit_take_kernel(CHUNK_PAGES))
        return false;
    uint32_t slot = slot_take();
    if (slot && source_take_chunk(slot)) {
        add(slot, CHUNK_BYTES, true);
        return true;
    }
    if (slot)
        slot_give(slot);
    commit_give_kernel(CHUNK_PAGES);
    return false;
}

bool source_take(kn_word_t type, kn_word_t size_bits, kn_word_t bits, kn_word_t count, uint32_t slot)
{
    struct source *s = best(true, bits, count);
    if (!s && add_small())
        s = best(true, bits, count);
    return take_from(s, type, size_bits, bits, count, slot);
}

bool source_take_cnode(kn_word_t radix, kn_word_t index)
{
    kn_word_t bits = radix + KN_SLOT_BITS;
    bool is_small = bits < CHUNK_BITS;
    struct source *s = best(is_small, bits, 1);
    if (!s && is_small && add_small())
        s = best(true, bits, 1);
    kn_word_t pages = s && !is_small ? cost(s, bits, 1) * CHUNK_PAGES : 0;
    if (!s || (pages && !commit_take_kernel(pages)))
        return false;
    if (kn_untyped_retype(s->slot, KN_OBJECT_TYPE_CNODE, radix, 0, 0, index, 1, OWN_CNODE) != KN_ERROR_NONE) {
        commit_give_kernel(pages);
        return false;
    }
    use(s, bits, 1);
    return true;
}
