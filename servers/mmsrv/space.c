// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "space.h"

#include <kn/proto/mm.h>
#include <kn/stubs.h>
#include <lx/abi.h>

#include "cspace.h"
#include "runtime_image.h"
#include "shared.h"
#include "space_map.h"
#include "trona/heap.h"
#include "trona/startup.h"

#define DEFAULT_STACK_LIMIT (8 << 20)

static struct idmap spaces;
static uint64_t next_id = 1;
static kn_cptr_t asid_pool;

void space_init(void)
{
    asid_pool = trona_resource(KN_LAYOUT_RESOURCE_ASID_POOL, 0)->slot;
}

struct space *space_find(uint64_t id)
{
    return (struct space *)idmap_find(&spaces, id);
}

static void destroy_vspace(struct space *s)
{
    kernel_memory_give(&s->memory); // with every copy of the capability
    slot_give((uint32_t)s->mapping.vspace);
    s->mapping.vspace = 0;
}

// Makes the VSpace object in an untyped of its own, so that one Revoke takes every copy of its capability away.
static long make_vspace(struct space *s)
{
    long error = kernel_memory_take(KN_VSPACE_BITS, &s->memory);
    if (error)
        return error;
    uint32_t slot = slot_take();
    if (!slot) {
        kernel_memory_give(&s->memory);
        return -LX_ENOMEM;
    }
    s->mapping.vspace = slot;
    if (cspace_retype(s->memory.slot, KN_OBJECT_TYPE_VSPACE, 0, slot, 1) == KN_ERROR_NONE &&
        kn_asid_pool_assign(asid_pool, slot) == KN_ERROR_NONE)
        return 0;
    destroy_vspace(s);
    return -LX_ENOMEM;
}

static struct space *make(void)
{
    struct space *s = trona_alloc_zero(sizeof *s);
    if (!s)
        return NULL;
    s->link.id = next_id;
    s->limit[KN_MM_LIMIT_STACK] = DEFAULT_STACK_LIMIT;
    s->limit[KN_MM_LIMIT_DATA] = s->limit[KN_MM_LIMIT_AS] = ~(uint64_t)0;
    region_tree_init(&s->regions);
    if (make_vspace(s)) {
        trona_free(s, sizeof *s);
        return NULL;
    }
    if (idmap_insert(&spaces, &s->link)) {
        destroy_vspace(s);
        trona_free(s, sizeof *s);
        return NULL;
    }
    next_id++;
    return s;
}

long space_create(struct space **out)
{
    struct space *s = make();
    if (!s)
        return -LX_ENOMEM;
    long error = runtime_image_map(s);
    if (error) {
        space_destroy(s);
        return error;
    }
    *out = s;
    return 0;
}

void space_destroy(struct space *s)
{
    // Without the VSpace there is nothing to unmap any more: deleting a mapping's capability is cheap then.
    destroy_vspace(s);
    if (s->endpoint)
        slot_delete(s->endpoint);
    if (s->time_slot)
        mapping_remove(s->time_slot);
    struct region *r;
    while ((r = region_first(&s->regions)))
        space_remove_region(r);
    shared_release_all(s);
    pagemap_destroy(&s->pages);
    mapping_destroy(&s->mapping);
    idmap_remove(&spaces, &s->link);
    trona_free(s, sizeof *s);
}
