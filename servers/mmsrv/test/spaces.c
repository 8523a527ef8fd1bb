// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Address spaces, one behaviour a test.

#include "unit.h"

#include <string.h>

#include <kn/proto/mm.h>
#include <lx/abi.h>

#include "commit.h"
#include "fake_kernel.h"
#include "fault.h"
#include "machine.h"
#include "server_space.h"
#include "shared.h"

#define RW (LX_PROT_READ | LX_PROT_WRITE)
#define RX (LX_PROT_READ | LX_PROT_EXEC)
#define BASE 0x40000000ul
#define PRIVATE (LX_MAP_PRIVATE | LX_MAP_ANONYMOUS)

static struct space *new_space(void)
{
    struct space *s;
    CHECK(space_create(&s) == 0);
    return s;
}

static uint64_t map(struct space *s, uint64_t addr, uint64_t pages, unsigned prot, uint64_t flags, struct object *o,
                    uint64_t page)
{
    uint64_t at;
    struct map_request q = {.addr = addr,
                            .length = pages * PAGE,
                            .prot = prot,
                            .flags = flags | (addr ? LX_MAP_FIXED : 0),
                            .object = o,
                            .offset = page * PAGE,
                            .may_write = o != NULL};
    CHECK(space_map(s, &q, &at) == 0);
    return at;
}

static uint64_t value_at(struct space *s, uint64_t addr)
{
    uint64_t value;
    CHECK(machine_read(s, addr, &value));
    return value;
}

static void check1(struct space *s)
{
    machine_check(&s, 1, NULL, 0);
}

TEST(space_leaves_nothing_behind)
{
    struct machine_books before = machine_books();
    struct space *s = new_space();
    kn_word_t vaddr;
    kn_cptr_t frame;
    CHECK(shared_thread_stack(s, 0) == 0 && shared_ipc_buffer(s, 0, &vaddr, &frame) == 0 && shared_signal_page(s, &vaddr) == 0);
    map(s, BASE, 100, RW, PRIVATE, NULL, 0);
    for (uint64_t i = 0; i < 100; i += 3)
        CHECK(machine_write(s, BASE + i * PAGE, i));
    check1(s);
    space_destroy(s);
    struct machine_books after = machine_books();
    CHECK(machine_books_equal(&before, &after));
}

TEST(space_of_the_layer_has_text_data_and_zeros)
{
    struct space *s = new_space();
    uint64_t *data = machine_access(s, KN_LAYOUT_RUNTIME_START + 0x1000, KN_VM_ACCESS_WRITE);
    CHECK(data && data[0] == 0x1111111111111111);
    uint64_t *tail = machine_access(s, KN_LAYOUT_RUNTIME_START + 0x2000, KN_VM_ACCESS_READ);
    CHECK(tail && tail[0] == 0x1111111111111111 && tail[1] == 0);
    CHECK(machine_access(s, KN_LAYOUT_RUNTIME_START + 0x3000, KN_VM_ACCESS_WRITE));
    CHECK(!machine_access(s, KN_LAYOUT_RUNTIME_START + 0x4000, KN_VM_ACCESS_READ));
    CHECK(machine_access(s, KN_LAYOUT_RUNTIME_START, KN_VM_ACCESS_EXECUTE));
    CHECK(!machine_access(s, KN_LAYOUT_RUNTIME_START, KN_VM_ACCESS_WRITE));
    data[0] = 5;
    struct space *other = new_space();
    CHECK(*(uint64_t *)machine_access(other, KN_LAYOUT_RUNTIME_START + 0x1000, KN_VM_ACCESS_READ) == 0x1111111111111111);
    space_destroy(other);
    space_destroy(s);
}

TEST(private_file_mapping_never_reaches_the_file_even_after_spurious_faults)
{
    struct space *s = new_space();
    struct object *o;
    uint64_t value;
    CHECK(object_create(8 * PAGE, &o) == 0);
    CHECK(machine_file_write(o, 3 * PAGE, 77));
    map(s, BASE, 8, RW, LX_MAP_PRIVATE, o, 0);
    CHECK(value_at(s, BASE + 3 * PAGE) == 77);
    CHECK(fault_resolve(s, BASE + 3 * PAGE, KN_VM_ACCESS_READ) == 0); // another thread's fault, answered already
    struct fake_mapping m = fake_lookup(s->mapping.vspace, BASE + 3 * PAGE);
    CHECK(m.memory && !(m.rights & KN_RIGHTS_WRITE));
    CHECK(machine_write(s, BASE + 3 * PAGE, 78));
    CHECK(machine_file_read(o, 3 * PAGE, &value) && value == 77);
    machine_check(&s, 1, &o, 1);
    space_destroy(s);
    object_unname(o);
}

TEST(shared_file_mapping_is_the_file)
{
    struct space *s = new_space();
    struct object *o;
    uint64_t value;
    CHECK(object_create(4 * PAGE, &o) == 0);
    map(s, BASE, 5, RW, LX_MAP_SHARED, o, 0);
    CHECK(value_at(s, BASE + PAGE) == 0); // read first, then written
    CHECK(machine_write(s, BASE + PAGE, 9));
    CHECK(machine_file_read(o, PAGE, &value) && value == 9);
    CHECK(!machine_access(s, BASE + 4 * PAGE, KN_VM_ACCESS_READ)); // beyond the end
    CHECK(object_resize(o, PAGE) == 0);
    CHECK(!machine_access(s, BASE + PAGE, KN_VM_ACCESS_READ));
    CHECK(object_resize(o, 2 * PAGE) == 0);
    CHECK(value_at(s, BASE + PAGE) == 0);
    object_unname(o); // the mapping keeps it
    CHECK(machine_write(s, BASE, 4) && value_at(s, BASE) == 4);
    check1(s);
    space_destroy(s);
}

TEST(fork_copies_on_write_both_ways)
{
    struct machine_books before = machine_books();
    struct space *parent = new_space(), *child = new_space(), *spaces[2] = {parent, child};
    kn_word_t vaddr;
    kn_cptr_t frame;
    CHECK(shared_ipc_buffer(parent, 2, &vaddr, &frame) == 0 && shared_signal_page(parent, &vaddr) == 0);
    map(parent, BASE, 4, RW, PRIVATE, NULL, 0);
    map(parent, BASE + 4 * PAGE, 4, RW, LX_MAP_SHARED | LX_MAP_ANONYMOUS, NULL, 0);
    uint64_t *layer = machine_access(parent, KN_LAYOUT_RUNTIME_START + 0x2000, KN_VM_ACCESS_WRITE);
    layer[0] = 123;
    for (int i = 0; i < 8; i++)
        CHECK(machine_write(parent, BASE + i * PAGE, 10 + i));
    CHECK(machine_write(parent, KN_LAYOUT_SIGNAL_PAGE, 3));
    CHECK(space_clone(parent, child, 2) == 0);
    machine_check(spaces, 2, NULL, 0);
    CHECK(machine_write(child, BASE, 50) && machine_write(parent, BASE + PAGE, 60) && machine_write(child, BASE + 4 * PAGE, 70));
    CHECK(value_at(parent, BASE) == 10 && value_at(child, BASE + PAGE) == 11 && value_at(parent, BASE + 4 * PAGE) == 70);
    CHECK(value_at(child, BASE) == 50 && value_at(parent, BASE + PAGE) == 60);
    CHECK(((uint64_t *)machine_access(child, KN_LAYOUT_RUNTIME_START + 0x2000, KN_VM_ACCESS_READ))[0] == 123);
    CHECK(value_at(child, KN_LAYOUT_SIGNAL_PAGE) == 3 && machine_write(child, KN_LAYOUT_SIGNAL_PAGE, 4));
    CHECK(value_at(parent, KN_LAYOUT_SIGNAL_PAGE) == 3);
    machine_check(spaces, 2, NULL, 0);
    space_destroy(parent);
    CHECK(machine_write(child, BASE + 2 * PAGE, 80)); // the only owner now
    space_destroy(child);
    struct machine_books after = machine_books();
    CHECK(machine_books_equal(&before, &after));
}

TEST(window_outlives_its_address_space_until_vfs_lets_go)
{
    struct machine_books before = machine_books();
    struct space *s = new_space();
    uint64_t id = s->link.id;
    kn_word_t vaddr, again;
    kn_cptr_t vfs = server_mapping(KN_LAYOUT_SERVICE_VFS)->vspace;
    CHECK(shared_window(s, 5, &vaddr) == 0 && shared_window(s, 5, &again) == 0 && vaddr == again);
    uint64_t program = KN_LAYOUT_THREAD_AREA + 5 * KN_LAYOUT_THREAD_AREA_SIZE + KN_LAYOUT_THREAD_WINDOW;
    CHECK(machine_access(s, program + PAGE, KN_VM_ACCESS_WRITE) == fake_lookup(vfs, vaddr + PAGE).memory);
    space_destroy(s);
    CHECK(fake_lookup(vfs, vaddr).memory && fake_lookup(vfs, vaddr + 3 * PAGE).memory);
    shared_window_end(id, 5);
    CHECK(!fake_lookup(vfs, vaddr).memory);
    shared_window_end(id, 5);
    struct machine_books after = machine_books();
    CHECK(machine_books_equal(&before, &after));
}

TEST(window_can_be_made_again_after_vfs_let_go)
{
    struct space *s = new_space();
    kn_word_t vaddr;
    for (int i = 0; i < 3; i++) {
        CHECK(shared_window(s, 0, &vaddr) == 0);
        check1(s);
        shared_window_end(s->link.id, 0);
        check1(s);
    }
    space_destroy(s);
}

TEST(brk_grows_one_region_and_shrinks)
{
    struct space *s = new_space();
    size_t regions = region_count(&s->regions);
    s->brk_start = s->brk = BASE + 100;
    for (int i = 1; i < 50; i++)
        CHECK(space_brk(s, BASE + 100 + i * 5000) == BASE + 100 + i * 5000ul);
    CHECK(region_count(&s->regions) == regions + 1);
    CHECK(machine_write(s, BASE + 40 * PAGE, 7));
    CHECK(space_brk(s, BASE + 100) == BASE + 100);
    CHECK(!machine_access(s, BASE + 40 * PAGE, KN_VM_ACCESS_READ));
    CHECK(space_brk(s, 0) == BASE + 100 && space_brk(s, ~0ul) == BASE + 100);
    map(s, BASE + 10 * PAGE, 1, RW, PRIVATE, NULL, 0);
    CHECK(space_brk(s, BASE + 11 * PAGE) == BASE + 100); // in the way
    check1(s);
    space_destroy(s);
}

TEST(mprotect_splits_and_merges_back)
{
    struct space *s = new_space();
    size_t regions = region_count(&s->regions);
    map(s, BASE, 100, RW, PRIVATE, NULL, 0);
    for (int i = 0; i < 100; i++)
        CHECK(machine_write(s, BASE + i * PAGE, i));
    for (int i = 0; i < 100; i += 2)
        CHECK(space_protect(s, BASE + i * PAGE, PAGE, LX_PROT_READ) == 0);
    CHECK(region_count(&s->regions) == regions + 100);
    CHECK(!machine_write(s, BASE, 1) && machine_write(s, BASE + PAGE, 1));
    check1(s);
    CHECK(space_protect(s, BASE, 100 * PAGE, RW) == 0);
    CHECK(region_count(&s->regions) == regions + 1);
    CHECK(machine_write(s, BASE, 1) && value_at(s, BASE + 98 * PAGE) == 98);
    CHECK(space_protect(s, BASE, 101 * PAGE, RW) == -LX_ENOMEM);
    CHECK(space_protect(s, BASE, 100 * PAGE, LX_PROT_NONE) == 0 && !machine_access(s, BASE, KN_VM_ACCESS_READ));
    check1(s);
    space_destroy(s);
}

TEST(promises_follow_regions_through_protect_and_touch)
{
    struct space *s = new_space();
    uint64_t base = commit_total();
    map(s, BASE, 10, RW, PRIVATE | LX_MAP_NORESERVE, NULL, 0);
    CHECK(commit_total() == base);
    CHECK(machine_write(s, BASE, 1) && machine_write(s, BASE + PAGE, 1));
    CHECK(commit_total() == base + 2);
    CHECK(space_protect(s, BASE, 5 * PAGE, LX_PROT_READ) == 0 && space_protect(s, BASE, 5 * PAGE, RW) == 0);
    CHECK(commit_total() == base + 5);
    CHECK(space_discard(s, BASE, 10 * PAGE) == 0 && commit_total() == base + 5);
    CHECK(space_unmap(s, BASE + PAGE, PAGE) == 0 && commit_total() == base + 4);
    map(s, BASE, 10, RW, PRIVATE, NULL, 0);
    CHECK(commit_total() == base + 10);
    map(s, BASE + 2 * PAGE, 3, LX_PROT_READ, PRIVATE, NULL, 0);
    CHECK(commit_total() == base + 7);
    check1(s);
    space_destroy(s);
}

TEST(fixed_mapping_that_is_refused_leaves_what_was_there)
{
    struct space *s = new_space();
    map(s, BASE, 4, RW, PRIVATE, NULL, 0);
    CHECK(machine_write(s, BASE + PAGE, 5));
    uint64_t at;
    struct map_request huge = {.addr = BASE, .length = (commit_limit() + 10) * PAGE, .prot = RW, .flags = PRIVATE | LX_MAP_FIXED};
    CHECK(space_map(s, &huge, &at) == -LX_ENOMEM);
    struct map_request q = {.addr = BASE + PAGE, .length = PAGE, .prot = LX_PROT_READ, .flags = PRIVATE | LX_MAP_FIXED};
    for (long n = 0; n < 3; n++) {
        unit_fail_allocation_after(n);
        CHECK(space_map(s, &q, &at) == -LX_ENOMEM);
        unit_fail_allocation_after(-1);
        CHECK(value_at(s, BASE + PAGE) == 5);
        check1(s);
    }
    space_destroy(s);
}

TEST(promises_are_kept_to_the_last_page)
{
    struct space *s = new_space();
    uint64_t pages = commit_limit() - commit_total();
    map(s, BASE, pages, RW, PRIVATE, NULL, 0);
    struct map_request more = {.length = PAGE, .prot = RW, .flags = PRIVATE};
    uint64_t at;
    CHECK(space_map(s, &more, &at) == -LX_ENOMEM);
    for (uint64_t i = 0; i < pages; i++)
        CHECK(machine_write(s, BASE + i * PAGE, i));
    for (uint64_t i = 0; i < pages; i += 97)
        CHECK(value_at(s, BASE + i * PAGE) == i);
    check1(s);
    space_destroy(s);
}

TEST(memory_moves_between_kinds)
{
    struct space *s = new_space();
    struct kernel_memory m[400];
    unsigned n = 0;
    uint64_t pages = commit_limit() - commit_total();
    map(s, BASE, pages, RW, PRIVATE, NULL, 0);
    for (uint64_t i = 0; i < pages; i++)
        CHECK(machine_write(s, BASE + i * PAGE, 1));
    CHECK(kernel_memory_take(17, &m[0]) == -LX_ENOMEM);
    space_destroy(s);
    while (n < 400 && kernel_memory_take(14, &m[n]) == 0)
        n++;
    CHECK(n == 400);
    while (n--)
        kernel_memory_give(&m[n]);
    s = new_space();
    map(s, BASE, pages, RW, PRIVATE, NULL, 0);
    for (uint64_t i = 0; i < pages; i++)
        CHECK(machine_write(s, BASE + i * PAGE, 1));
    space_destroy(s);
}

TEST(mremap_grows_in_place_moves_and_keeps_contents)
{
    struct space *s = new_space();
    uint64_t at, base = commit_total();
    map(s, BASE, 3, RW, PRIVATE, NULL, 0);
    for (int i = 0; i < 3; i++)
        CHECK(machine_write(s, BASE + i * PAGE, 20 + i));
    CHECK(space_remap(s, BASE, 3 * PAGE, 5 * PAGE, 0, 0, &at) == 0 && at == BASE);
    CHECK(space_remap(s, BASE, 5 * PAGE, 6 * PAGE, 0, 0, &at) == 0 && at == BASE); // one region again
    map(s, BASE + 6 * PAGE, 1, RW, LX_MAP_SHARED | LX_MAP_ANONYMOUS, NULL, 0);
    CHECK(space_remap(s, BASE, 6 * PAGE, 8 * PAGE, 0, 0, &at) == -LX_ENOMEM);
    CHECK(space_remap(s, BASE, 6 * PAGE, 8 * PAGE, LX_MREMAP_MAYMOVE, 0, &at) == 0 && at != BASE);
    CHECK(commit_total() == base + 8 + 1);
    for (int i = 0; i < 3; i++)
        CHECK(value_at(s, at + i * PAGE) == 20u + i);
    CHECK(value_at(s, at + 7 * PAGE) == 0 && !machine_access(s, BASE, KN_VM_ACCESS_READ));
    uint64_t from = at;
    CHECK(space_remap(s, from, 2 * PAGE, 2 * PAGE, LX_MREMAP_MAYMOVE | LX_MREMAP_FIXED, BASE + 5 * PAGE, &at) == 0);
    CHECK(value_at(s, BASE + 6 * PAGE) == 21 && value_at(s, from + 2 * PAGE) == 22);
    CHECK(commit_total() == base + 8);
    CHECK(space_remap(s, BASE + 5 * PAGE, 2 * PAGE, 2 * PAGE, LX_MREMAP_MAYMOVE | LX_MREMAP_FIXED, BASE + 6 * PAGE,
                      &at) == -LX_EINVAL);
    check1(s);
    space_destroy(s);
}

TEST(mremap_of_a_file_mapping_moves_private_and_shared_pages)
{
    struct space *s = new_space();
    struct object *o;
    uint64_t at;
    CHECK(object_create(10 * PAGE, &o) == 0 && machine_file_write(o, 4 * PAGE, 4) && machine_file_write(o, 5 * PAGE, 5));
    map(s, BASE, 4, RW, LX_MAP_PRIVATE, o, 3);
    CHECK(machine_write(s, BASE + PAGE, 44) && value_at(s, BASE + 2 * PAGE) == 5);
    CHECK(space_remap(s, BASE + PAGE, 2 * PAGE, 4 * PAGE, LX_MREMAP_MAYMOVE, 0, &at) == 0);
    CHECK(value_at(s, at) == 44 && value_at(s, at + PAGE) == 5);
    CHECK(machine_file_write(o, 7 * PAGE, 7) && value_at(s, at + 3 * PAGE) == 7);
    machine_check(&s, 1, &o, 1);
    space_destroy(s);
    object_unname(o);
}

TEST(stack_grows_to_its_limit_with_a_guard)
{
    struct space *s = new_space();
    uint64_t at, top = KN_LAYOUT_STACK_TOP;
    struct map_request q = {.addr = top - 32 * PAGE,
                            .length = 32 * PAGE,
                            .prot = RW,
                            .flags = LX_MAP_PRIVATE | LX_MAP_FIXED_NOREPLACE,
                            .is_stack = true};
    s->limit[KN_MM_LIMIT_STACK] = 1000 * PAGE;
    CHECK(space_map(s, &q, &at) == 0);
    CHECK(machine_write(s, top - 500 * PAGE, 1));
    CHECK(machine_write(s, top - 1000 * PAGE, 1) && !machine_write(s, top - 1001 * PAGE, 1));
    s->limit[KN_MM_LIMIT_STACK] = ~0ul;
    map(s, top - 1500 * PAGE, 1, RW, PRIVATE, NULL, 0);
    CHECK(machine_write(s, top - 1200 * PAGE, 1));
    CHECK(machine_write(s, top - 1243 * PAGE, 1) && !machine_write(s, top - 1244 * PAGE, 1)); // 256 pages stay free
    check1(s);
    space_destroy(s);
}

TEST(copied_range_may_span_regions_and_holes_of_pages)
{
    struct space *a = new_space(), *b = new_space(), *spaces[2] = {a, b};
    uint64_t at;
    map(a, BASE, 10, RW, PRIVATE, NULL, 0);
    CHECK(machine_write(a, BASE + PAGE, 1) && machine_write(a, BASE + 8 * PAGE, 8));
    CHECK(space_protect(a, BASE + 4 * PAGE, PAGE, LX_PROT_READ) == 0);
    CHECK(space_copy_range(a, BASE, 10 * PAGE, b, &at) == 0);
    CHECK(value_at(b, at + PAGE) == 1 && value_at(b, at + 8 * PAGE) == 8 && value_at(b, at + 2 * PAGE) == 0);
    CHECK(machine_write(b, at + PAGE, 2) && value_at(a, BASE + PAGE) == 1);
    CHECK(space_copy_range(a, BASE, 11 * PAGE, b, &at) == -LX_EFAULT);
    CHECK(space_copy_range(a, BASE, ~0ul, b, &at) == -LX_EFAULT &&
          space_copy_range(a, KN_LAYOUT_RUNTIME_START, PAGE, b, &at) == -LX_EFAULT);
    machine_check(spaces, 2, NULL, 0);
    space_destroy(a);
    space_destroy(b);
}

TEST(arguments_of_every_size_are_refused_or_served)
{
    static const uint64_t odd[] = {0,
                                   1,
                                   PAGE - 1,
                                   PAGE,
                                   KN_LAYOUT_PROGRAM_START,
                                   BASE,
                                   BASE + 1,
                                   KN_LAYOUT_PROGRAM_END - PAGE,
                                   KN_LAYOUT_PROGRAM_END,
                                   KN_LAYOUT_RUNTIME_START,
                                   KN_LAYOUT_THREAD_AREA,
                                   1ul << 47,
                                   1ul << 63,
                                   ~0ul - PAGE,
                                   ~0ul - PAGE + 1,
                                   ~0ul};
    enum { N = sizeof odd / sizeof odd[0] };
    struct space *s = new_space();
    struct object *o;
    CHECK(object_create(3 * PAGE, &o) == 0);
    size_t runtime = 0;
    for (struct region *r = region_first(&s->regions); r; r = region_next(r))
        runtime += r->is_runtime;
    for (int i = 0; i < N; i++)
        for (int k = 0; k < N; k++) {
            uint64_t a = odd[i], b = odd[k], at;
            for (int f = 0; f < 3; f++) {
                static const uint64_t flags[] = {LX_MAP_PRIVATE, LX_MAP_PRIVATE | LX_MAP_FIXED,
                                                 LX_MAP_SHARED | LX_MAP_FIXED_NOREPLACE};
                struct map_request q = {.addr = a,
                                        .length = b,
                                        .prot = RW,
                                        .flags = flags[f],
                                        .object = f == 1 ? o : NULL,
                                        .offset = f == 1 ? a : 0};
                space_map(s, &q, &at);
            }
            space_protect(s, a, b, LX_PROT_READ);
            space_discard(s, a, b);
            for (int m = 0; m < N; m++) {
                space_remap(s, a, b, odd[m], LX_MREMAP_MAYMOVE, 0, &at);
                space_remap(s, a, PAGE, b, LX_MREMAP_MAYMOVE | LX_MREMAP_FIXED, odd[m], &at);
            }
            space_brk(s, a);
            machine_access(s, a, KN_VM_ACCESS_WRITE);
            object_punch(o, a, b);
            object_resize(o, a);
            kn_word_t vaddr;
            uint64_t mapped;
            object_window(o, a, b, false, &vaddr, &mapped);
            object_resize(o, 3 * PAGE);
            if (space_unmap(s, a, b) == 0)
                machine_check(&s, 1, &o, 1);
        }
    for (struct region *r = region_first(&s->regions); r; r = region_next(r))
        runtime -= r->is_runtime;
    CHECK(runtime == 0);
    space_destroy(s);
    object_unname(o);
}
