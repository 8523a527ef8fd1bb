// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What Frame_Map, VSpace_MapRange and their like have in common. Their valid calls are about TEST_VADDR in an address
// space of their own.

#define LARGE_BITS 21
#define LARGE_SIZE (1ul << LARGE_BITS)
#define ROOT_ENTRY_BITS 39 // address bits below an entry of the root
#define FAR (TEST_VADDR + (1ul << ROOT_ENTRY_BITS)) // where no table is

#define NO_ASID_ERROR(method)                                                                                          \
    ERROR(method, no_asid) { c->vspace = make(KN_OBJECT_TYPE_VSPACE, 0); }

#define FLAG_ERRORS(method)                                                                                            \
    ERROR(method, rights) { c->rights = KN_RIGHTS_MASK + 1; }                                                          \
    ERROR(method, attr) { c->attr = KN_VM_ATTR_MASK + 1; }

// Errors about one frame, whose capability is FRAME.
#define MAP_ERRORS(method, frame)                                                                                      \
    ERROR(method, address) { c->vaddr += KN_USER_TOP - TEST_VADDR; }                                                   \
    ERROR(method, mapped_elsewhere)                                                                                    \
    {                                                                                                                  \
        CHECK_OK(kn_frame_map((frame), TEST_VADDR + LARGE_SIZE / 2, READ_WRITE, 0, v->vspace));                        \
    }                                                                                                                  \
    ERROR(method, alignment)                                                                                           \
    {                                                                                                                  \
        c->vaddr += sizeof(kn_word_t);                                                                                 \
        expect(0, KN_PAGE_BITS);                                                                                       \
    }                                                                                                                  \
    ERROR(method, no_table)                                                                                            \
    {                                                                                                                  \
        c->vaddr += FAR - TEST_VADDR;                                                                                  \
        expect(2, ROOT_ENTRY_BITS);                                                                                    \
    }                                                                                                                  \
    ERROR(method, occupied) { map_page(v->vspace, v->vaddr); }
