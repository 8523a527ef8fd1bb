// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "../space.h"
#include "mapping.h"
#include "provoke.h"

VALID(vspace_map_range)
{
    c->vspace = make_vspace();
    map_tables(c->vspace, TEST_VADDR);
    c->index = make_many(KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, 2);
    c->depth = DEPTH;
    c->vaddr = TEST_VADDR;
    c->count = 2;
    c->rights = READ_WRITE;
    c->frames_root = ROOT;
}

NO_ASID_ERROR(vspace_map_range)
FLAG_ERRORS(vspace_map_range)
MAP_ERRORS(vspace_map_range, v->index)
ERROR(vspace_map_range, frames_lookup) { no_slot(&c->depth); }

ERROR(vspace_map_range, frames_range)
{
    c->index = last_slot();
    expect(1, 1);
}

ERROR(vspace_map_range, no_frame) { c->index = make_many(KN_OBJECT_TYPE_ENDPOINT, 0, 2); }

#define RANGE_ERRORS(method)                                                                                           \
    NO_ASID_ERROR(method)                                                                                              \
    ERROR(method, alignment) { c->vaddr += sizeof(kn_word_t); }                                                        \
    ERROR(method, address)                                                                                             \
    {                                                                                                                  \
        c->vaddr += KN_USER_TOP - TEST_VADDR;                                                                          \
        expect(1, KN_USER_TOP - v->count * PAGE_SIZE);                                                                 \
    }                                                                                                                  \
    ERROR(method, large_frame) { c->vaddr += map_large_frame(v->vspace) - TEST_VADDR; }

// A frame of 2 MiB behind the tables of TEST_VADDR; its address.
static kn_word_t map_large_frame(kn_cptr_t vspace)
{
    kn_word_t vaddr = TEST_VADDR + LARGE_SIZE;
    CHECK_OK(kn_frame_map(make(KN_OBJECT_TYPE_FRAME, LARGE_BITS), vaddr, READ_WRITE, 0, vspace));
    return vaddr;
}

VALID(vspace_unmap_range)
{
    c->vspace = make_vspace();
    map_tables(c->vspace, TEST_VADDR);
    c->vaddr = TEST_VADDR;
    c->count = 2;
}

RANGE_ERRORS(vspace_unmap_range)

VALID(vspace_protect_range)
{
    c->vspace = make_vspace();
    map_tables(c->vspace, TEST_VADDR);
    c->vaddr = TEST_VADDR;
    c->count = 2;
    c->rights = KN_RIGHTS_READ;
}

RANGE_ERRORS(vspace_protect_range)
FLAG_ERRORS(vspace_protect_range)
ERROR(vspace_protect_range, uncached) { c->attr = KN_VM_ATTR_UNCACHED; }
