// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Copies of memory between address spaces, by sharing pages copy-on-write: fork, and the arguments of exec.

#include <lx/abi.h>

#include "entry.h"
#include "shared.h"
#include "space_map.h"

// One region of a fork. The layer's own regions exist in DEST already (runtime_image_map), except stacks.
static long clone_region(struct region *r, struct space *dest)
{
    struct region *copy = region_find(&dest->regions, r->start);
    if (!copy) {
        uint64_t at;
        struct map_request q = {
            .addr = r->start, .length = r->end - r->start, .offset = r->page_offset * PAGE, .prot = r->prot, .object = r->object,
            .flags = LX_MAP_FIXED_NOREPLACE | (r->is_shared ? LX_MAP_SHARED : LX_MAP_PRIVATE | LX_MAP_NORESERVE),
            .may_write = r->may_write, .is_stack = r->is_stack, .is_runtime = r->is_runtime, .is_charged = r->is_charged,
        };
        long error = space_map(dest, &q, &at);
        if (error)
            return error;
        copy = region_find(&dest->regions, r->start);
    }
    if (r->is_shared)
        return 0;
    entries_clear(copy, r->start, r->end); // a new image's first data
    return entries_share(r, r->start, r->end, copy, 0);
}

static bool is_of_other_thread(const struct region *r, unsigned thread_index)
{
    return r->start >= KN_LAYOUT_THREAD_AREA && (r->start - KN_LAYOUT_THREAD_AREA) / KN_LAYOUT_THREAD_AREA_SIZE != thread_index;
}

long space_clone(struct space *source, struct space *dest, unsigned thread_index)
{
    dest->brk_start = source->brk_start;
    dest->brk = source->brk;
    for (int i = 0; i < 3; i++)
        dest->limit[i] = source->limit[i];
    for (struct region *r = region_first(&source->regions); r; r = region_next(r)) {
        long error = r->is_wired || is_of_other_thread(r, thread_index) ? 0 : clone_region(r, dest);
        if (error)
            return error;
    }
    return shared_clone(source, dest, thread_index);
}

// Whether all of [addr, end) is private anonymous memory of the program.
static bool can_copy(const struct space *s, uint64_t addr, uint64_t end)
{
    for (const struct region *r = region_find(&s->regions, addr); addr < end; r = region_next(r)) {
        if (!r || r->start > addr || r->object || r->is_shared || r->is_runtime)
            return false;
        addr = r->end;
    }
    return true;
}

long space_copy_range(struct space *source, uint64_t addr, uint64_t length, struct space *dest, uint64_t *at)
{
    if (addr % PAGE || !length || !space_in_program(addr, length) || !can_copy(source, addr, addr + page_round_up(length)))
        return -LX_EFAULT;
    uint64_t end = addr + page_round_up(length);
    struct map_request q = {.length = end - addr, .flags = LX_MAP_PRIVATE, .prot = LX_PROT_READ | LX_PROT_WRITE};
    long error = space_map(dest, &q, at);
    if (error)
        return error;
    uint64_t delta = *at >= addr ? (*at - addr) / PAGE : 0 - (addr - *at) / PAGE;
    struct region *copy = region_find(&dest->regions, *at);
    for (struct region *r = region_find(&source->regions, addr); r && r->start < end && !error; r = region_next(r))
        error = entries_share(r, r->start > addr ? r->start : addr, r->end < end ? r->end : end, copy, delta);
    if (error)
        space_unmap(dest, *at, end - addr);
    return error;
}
