// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Memory: map, write-protect, retype, clear, revoke. What is measured is one function each, so that a trace of the kernel
// names it.

#include "../../../servers/init/die.h"
#include "../../../servers/init/objects.h"
#include "bench.h"
#include "clock.h"

#define MAP_VADDR 0x7500000000
#define MAP_PAGES 64
#define OBJECTS 64        // a Retype
#define LARGE_BITS 21     // a frame that is cleared
#define BATCHES 32        // of objects and copies
#define LARGE_ROUNDS 4
#define COPIES 64         // a Revoke
#define PAGE 4096
#define BOTH (KN_RIGHTS_READ | KN_RIGHTS_WRITE)

static kn_cptr_t frames, untyped, slots;
static kn_word_t done;

__attribute__((noinline)) static kn_error_t map_frame(unsigned i)
{
    return kn_frame_map(frames + i, MAP_VADDR + i * PAGE, BOTH, 0, KN_INIT_CAP_VSPACE);
}

__attribute__((noinline)) static kn_error_t map_range(void)
{
    return kn_vspace_map_range(KN_INIT_CAP_VSPACE, frames, KN_WORD_BITS, MAP_VADDR, MAP_PAGES, BOTH, 0, KN_INIT_CAP_CNODE,
                               &done);
}

__attribute__((noinline)) static kn_error_t protect_range(void)
{
    return kn_vspace_protect_range(KN_INIT_CAP_VSPACE, MAP_VADDR, MAP_PAGES, KN_RIGHTS_READ, 0, &done);
}

__attribute__((noinline)) static kn_error_t retype_objects(void)
{
    return kn_untyped_retype(untyped, KN_OBJECT_TYPE_ENDPOINT, 0, 0, 0, slots, OBJECTS, KN_INIT_CAP_CNODE);
}

__attribute__((noinline)) static kn_error_t clear_frame(void)
{
    return kn_untyped_retype(untyped, KN_OBJECT_TYPE_FRAME, LARGE_BITS, 0, 0, slots, 1, KN_INIT_CAP_CNODE);
}

__attribute__((noinline)) static kn_error_t revoke_copies(void)
{
    return kn_cnode_revoke(KN_INIT_CAP_CNODE, frames, KN_WORD_BITS);
}

__attribute__((noinline)) static kn_error_t revoke_mapped_copies(void)
{
    return kn_cnode_revoke(KN_INIT_CAP_CNODE, frames, KN_WORD_BITS);
}

static void require(kn_error_t error, const char *what)
{
    if (error != KN_ERROR_NONE)
        init_die("%s fails with error %ld", what, (long)error);
}

static void bench_map(void)
{
    uint64_t start, map = 0, range = 0, protect = 0;
    map_frames(KN_INIT_CAP_VSPACE, frames, 1, MAP_VADDR, KN_RIGHTS_READ, 0); // the page tables
    kn_frame_unmap(frames);
    for (int round = 0; round < ROUNDS / MAP_PAGES; round++) {
        start = clock_now();
        for (unsigned i = 0; i < MAP_PAGES; i++)
            map_frame(i);
        map += clock_now() - start;
        start = clock_now();
        require(protect_range(), "VSpace_ProtectRange");
        protect += clock_now() - start;
        kn_vspace_unmap_range(KN_INIT_CAP_VSPACE, MAP_VADDR, MAP_PAGES, &done);
        start = clock_now();
        require(map_range(), "VSpace_MapRange");
        range += clock_now() - start;
        kn_vspace_unmap_range(KN_INIT_CAP_VSPACE, MAP_VADDR, MAP_PAGES, &done);
    }
    report("map_frame", map, ROUNDS);
    report("map_frame_of_a_range", range, ROUNDS);
    report("write_protect_page_of_a_range", protect, ROUNDS);
}

static void bench_retype(void)
{
    uint64_t total = 0;
    slots = slots_take(OBJECTS);
    untyped = object_make(KN_OBJECT_TYPE_UNTYPED, 12);
    for (int round = -1; round < BATCHES; round++) {
        uint64_t start = clock_now();
        require(retype_objects(), "Untyped_Retype");
        if (round >= 0)
            total += clock_now() - start;
        kn_cnode_revoke(KN_INIT_CAP_CNODE, untyped, KN_WORD_BITS);
    }
    report("retype_object_of_one_call", total, BATCHES * OBJECTS);
}

static void bench_clear(void)
{
    uint64_t total = 0;
    untyped = object_make(KN_OBJECT_TYPE_UNTYPED, LARGE_BITS);
    for (int round = 0; round < LARGE_ROUNDS; round++) {
        uint64_t start = clock_now();
        require(clear_frame(), "Untyped_Retype");
        total += clock_now() - start;
        kn_cnode_revoke(KN_INIT_CAP_CNODE, untyped, KN_WORD_BITS);
    }
    report("clear_4_kib", total, LARGE_ROUNDS * ((1 << LARGE_BITS) / PAGE));
}

// Copies of one frame, each mapped somewhere if IS_MAPPED.
static void bench_revoke(const char *name, bool is_mapped)
{
    uint64_t total = 0;
    for (int round = -1; round < BATCHES; round++) {
        for (unsigned i = 0; i < COPIES; i++) {
            require(kn_cnode_copy(KN_INIT_CAP_CNODE, slots + i, KN_WORD_BITS, frames, KN_WORD_BITS, BOTH,
                                  KN_INIT_CAP_CNODE),
                    "CNode_Copy");
        }
        if (is_mapped)
            require(kn_vspace_map_range(KN_INIT_CAP_VSPACE, slots, KN_WORD_BITS, MAP_VADDR, COPIES, BOTH, 0,
                                        KN_INIT_CAP_CNODE, &done),
                    "VSpace_MapRange");
        uint64_t start = clock_now();
        require(is_mapped ? revoke_mapped_copies() : revoke_copies(), "CNode_Revoke");
        if (round >= 0)
            total += clock_now() - start;
    }
    report(name, total, BATCHES * COPIES);
}

void bench_memory(void)
{
    frames = frames_make(MAP_PAGES);
    bench_map();
    bench_retype();
    bench_clear();
    bench_revoke("revoke_frame_copy", false);
    bench_revoke("revoke_mapped_frame_copy", true);
}
