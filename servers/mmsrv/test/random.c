// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Random sequences of everything that programs, procsrv and vfs do with memory, beside the reference of model.h, with memory
// refused now and then. After every step the books are checked; at the end of a sequence nothing may be left.

#include "unit.h"

#include <string.h>

#include <lx/abi.h>

#include "commit.h"
#include "fake_kernel.h"
#include "fault.h"
#include "machine.h"
#include "model.h"
#include "shared.h"

#define NR_SPACES 4
#define BASE 0x401e0000ul // crosses a leaf of the page map and a page table
#define SEQUENCES 60
#define STEPS 400

static struct space *all[NR_SPACES + 1], **spaces = all + 1, **others = all; // others: a hog
static struct model_space models[NR_SPACES];
static struct object *files[MODEL_FILES];
static struct model_file model_files[MODEL_FILES];
static uint64_t next_value;
static bool may_refuse; // memory is being refused in this step

static unsigned pick(unsigned n) { return (unsigned)rand() % n; }
static uint64_t at(unsigned page) { return BASE + page * PAGE; }

// A range of pages.
static void pick_range(unsigned *first, unsigned *count)
{
    *first = pick(MODEL_PAGES - 1);
    *count = 1 + pick(pick(4) ? 6 : MODEL_PAGES);
    if (*first + *count > MODEL_PAGES)
        *count = MODEL_PAGES - *first;
}

static unsigned pick_prot(void)
{
    static const unsigned prots[] = {LX_PROT_NONE, LX_PROT_READ, LX_PROT_READ | LX_PROT_WRITE, LX_PROT_READ | LX_PROT_WRITE,
                                     LX_PROT_READ | LX_PROT_EXEC, LX_PROT_READ | LX_PROT_WRITE | LX_PROT_EXEC};
    return prots[pick(6)];
}

// Whether an operation was done; a refusal is allowed only if memory is short or being refused.
static bool is_done(long error)
{
    CHECK(error == 0 || error == -LX_ENOMEM);
    CHECK(error == 0 || may_refuse || commit_total() + 2 * MODEL_PAGES + 64 > commit_limit());
    return error == 0;
}

static void op_map(struct space *s, struct model_space *m)
{
    unsigned first, count, file = pick(MODEL_FILES * 2), prot = pick_prot();
    pick_range(&first, &count);
    bool is_shared = pick(2), is_noreserve = pick(3) == 0, is_file = file < MODEL_FILES && files[file];
    uint64_t index = pick(FILE_PAGES), addr;
    struct map_request q = {.addr = at(first),
                            .length = count * PAGE,
                            .prot = prot,
                            .may_write = true,
                            .flags = LX_MAP_FIXED | (is_shared ? LX_MAP_SHARED : LX_MAP_PRIVATE) |
                                     (is_noreserve ? LX_MAP_NORESERVE : 0)};
    if (is_file) {
        q.object = files[file];
        q.offset = index * PAGE;
    }
    if (!is_done(space_map(s, &q, &addr)))
        return;
    CHECK(addr == at(first));
    struct model_file *contents = is_file ? &model_files[file] : NULL;
    if (!is_file && is_shared) {
        contents = calloc(1, sizeof *contents);
        contents->size = count;
        contents->refs = 1;
        index = 0;
    }
    bool is_promised = is_shared ? !is_file : !is_noreserve && prot & LX_PROT_WRITE;
    for (unsigned i = 0; i < count; i++)
        model_set(m, first + i, (struct model_page){.is_mapped = true, .is_shared = is_shared, .prot = prot, .file = contents,
                                                    .index = index + i, .is_promised = is_promised});
    if (contents && contents->refs)
        contents->refs--; // the pages have theirs
}

static void op_unmap(struct space *s, struct model_space *m)
{
    unsigned first, count;
    pick_range(&first, &count);
    if (is_done(space_unmap(s, at(first), count * PAGE - pick(PAGE))))
        model_unmap(m, first, count);
}

static void op_protect(struct space *s, struct model_space *m)
{
    unsigned first, count, prot = pick_prot();
    pick_range(&first, &count);
    bool is_mapped = model_is_mapped(m, first, count);
    long error = space_protect(s, at(first), count * PAGE, prot);
    if (!is_mapped) {
        CHECK(error == -LX_ENOMEM);
        return;
    }
    if (!is_done(error))
        return;
    for (unsigned i = first; i < first + count; i++) {
        m->page[i].prot = prot;
        m->page[i].is_promised |= !m->page[i].is_shared && prot & LX_PROT_WRITE;
    }
}

static void op_discard(struct space *s, struct model_space *m)
{
    unsigned first, count;
    pick_range(&first, &count);
    CHECK(space_discard(s, at(first), count * PAGE) == (model_is_mapped(m, first, count) ? 0 : -LX_ENOMEM));
    for (unsigned i = first; i < first + count; i++) {
        m->page[i].is_own = false;
        m->page[i].value = 0;
    }
}

// Moves, grows or shrinks what is surely one mapping: pages that an op_map of its own makes first.
static void op_remap(struct space *s, struct model_space *m)
{
    unsigned first, count, target, length;
    pick_range(&first, &count);
    pick_range(&target, &length);
    if (!model_is_mapped(m, first, count) || (target < first + count && first < target + length))
        return;
    const struct region *r = region_find(&s->regions, at(first));
    if (r->end < at(first + count))
        return;
    uint64_t addr;
    if (!is_done(space_remap(s, at(first), count * PAGE, length * PAGE, LX_MREMAP_MAYMOVE | LX_MREMAP_FIXED, at(target), &addr)))
        return;
    CHECK(addr == at(target));
    struct model_page last = m->page[first];
    for (unsigned i = 0; i < length; i++) {
        struct model_page p = i < count ? m->page[first + i] : last;
        if (i >= count) {
            p.is_own = false;
            p.value = 0;
            p.index = last.index + i;
        }
        model_set(m, target + i, p);
    }
    model_unmap(m, first, count);
}

static void op_access(struct space *s, struct model_space *m)
{
    unsigned i = pick(MODEL_PAGES);
    struct model_page *p = &m->page[i];
    static const unsigned prots[] = {LX_PROT_READ, LX_PROT_WRITE, LX_PROT_EXEC};
    static const kn_word_t accesses[] = {KN_VM_ACCESS_READ, KN_VM_ACCESS_WRITE, KN_VM_ACCESS_EXECUTE};
    unsigned a = pick(3);
    uint64_t *memory = machine_access(s, at(i), accesses[a]);
    if (!model_allows(p, prots[a])) {
        CHECK(!memory);
        return;
    }
    if (!memory) {
        bool is_hole = p->file && !p->is_own && !p->is_shared && a != 1; // read through the file
        CHECK(may_refuse || !p->is_promised || is_hole);
        CHECK(may_refuse || commit_total() + 64 > commit_limit());
        return;
    }
    CHECK(memory[0] == model_value(p) && memory[511] == model_value(p));
    if (a == 1) {
        memory[0] = memory[511] = ++next_value;
        model_write(p, next_value);
    } else if (pick(4) == 0) { // a second thread's fault, late
        fault_resolve(s, at(i), accesses[a]);
    }
}

// procsrv ends a space; vfs lets go of its windows before or after.
static void destroy(unsigned i)
{
    uint64_t id = spaces[i]->link.id;
    bool is_late = pick(2);
    for (unsigned t = 0; t < KN_LAYOUT_MAX_THREADS && !is_late; t++)
        shared_window_end(id, t);
    space_destroy(spaces[i]);
    for (unsigned t = 0; t < KN_LAYOUT_MAX_THREADS; t++)
        shared_window_end(id, t);
    spaces[i] = NULL;
    model_unmap(&models[i], 0, MODEL_PAGES);
}

static void op_fork(unsigned from)
{
    unsigned to = pick(NR_SPACES);
    if (to == from)
        return;
    if (spaces[to]) {
        destroy(to);
        return;
    }
    struct space *s = NULL;
    if (!is_done(space_create(&s)))
        return;
    if (!is_done(space_clone(spaces[from], s, 0))) {
        space_destroy(s);
        return;
    }
    spaces[to] = s;
    model_clone(&models[to], &models[from]);
}

static void op_file(void)
{
    unsigned f = pick(MODEL_FILES), page = pick(FILE_PAGES), count = 1 + pick(4);
    struct model_file *m = &model_files[f];
    if (!files[f])
        return;
    uint64_t value;
    switch (pick(4)) {
    case 0:
        if (page < m->size && machine_file_write(files[f], page * PAGE, next_value + 1))
            m->value[page] = ++next_value;
        else
            CHECK(page >= m->size || may_refuse || commit_total() + 64 > commit_limit());
        break;
    case 1:
        if (page < m->size && machine_file_read(files[f], page * PAGE, &value))
            CHECK(value == m->value[page]);
        else
            CHECK(page >= m->size || may_refuse || m->value[page] == 0);
        break;
    case 2:
        CHECK(object_resize(files[f], page * PAGE) == 0);
        for (unsigned i = page; i < MODEL_PAGES; i++)
            m->value[i] = 0;
        for (unsigned s = 0; s < NR_SPACES && page < m->size; s++) // private copies beyond the end go
            for (unsigned i = 0; i < MODEL_PAGES; i++)
                if (models[s].page[i].file == m && models[s].page[i].index >= page) {
                    models[s].page[i].is_own = false;
                    models[s].page[i].value = 0;
                }
        m->size = page;
        break;
    default:
        object_punch(files[f], page * PAGE, count * PAGE);
        for (unsigned i = page; i < page + count && i < m->size; i++)
            m->value[i] = 0;
    }
}

static void op_shared(struct space *s)
{
    kn_word_t vaddr;
    kn_cptr_t frame;
    unsigned index = pick(4);
    switch (pick(4)) {
    case 0: is_done(shared_window(s, index, &vaddr)); break;
    case 1: shared_window_end(s->link.id, index); break;
    case 2:
        if (is_done(shared_thread_stack(s, index + 1)))
            is_done(shared_ipc_buffer(s, index + 1, &vaddr, &frame));
        break;
    default: shared_thread_end(s, index + 1);
    }
}

static void step(void)
{
    unsigned i = pick(NR_SPACES);
    while (!spaces[i])
        i = (i + 1) % NR_SPACES;
    struct space *s = spaces[i];
    struct model_space *m = &models[i];
    may_refuse = pick(5) == 0;
    unit_fail_allocation_after(may_refuse ? (long)pick(6) : -1);
    fake_fail_retype_after(may_refuse ? (long)pick(3) : -1);
    unsigned op = pick(100);
    if (op < 15)
        op_map(s, m);
    else if (op < 22)
        op_unmap(s, m);
    else if (op < 32)
        op_protect(s, m);
    else if (op < 36)
        op_discard(s, m);
    else if (op < 42)
        op_remap(s, m);
    else if (op < 47)
        op_fork(i);
    else if (op < 58)
        op_file();
    else if (op < 64)
        op_shared(s);
    else
        op_access(s, m);
    unit_fail_allocation_after(-1);
    fake_fail_retype_after(-1);
    may_refuse = false;
}

static void start(void)
{
    kn_word_t vaddr;
    kn_cptr_t frame;
    CHECK(space_create(&spaces[0]) == 0);
    CHECK(shared_ipc_buffer(spaces[0], 0, &vaddr, &frame) == 0 && shared_signal_page(spaces[0], &vaddr) == 0);
    for (unsigned f = 0; f < MODEL_FILES; f++) {
        CHECK(object_create(FILE_PAGES / 2 * PAGE, &files[f]) == 0);
        model_files[f] = (struct model_file){.size = FILE_PAGES / 2};
    }
}

static void end(void)
{
    for (unsigned i = 0; i < NR_SPACES; i++)
        if (spaces[i])
            destroy(i);
    for (unsigned f = 0; f < MODEL_FILES; f++) {
        object_unname(files[f]);
        files[f] = NULL;
    }
}

static void run(unsigned seed)
{
    srand(seed);
    struct machine_books before = machine_books();
    start();
    for (int n = 0; n < STEPS; n++) {
        step();
        machine_check(all, NR_SPACES + 1, files, MODEL_FILES);
    }
    end();
    struct machine_books after = machine_books();
    CHECK(machine_books_equal(&before, &after));
}

TEST(memory_does_what_the_reference_does)
{
    const char *seed = getenv("SEED");
    fake_set_short_batches(true);
    for (unsigned i = 1; i <= SEQUENCES; i++)
        run(seed ? (unsigned)atoi(seed) : i);
    fake_set_short_batches(false);
}

// The same with hardly any memory: a hog takes all but a few pages.
TEST(memory_does_what_the_reference_does_when_it_is_short)
{
    struct space *hog;
    CHECK(space_create(&hog) == 0);
    uint64_t addr;
    struct map_request q = {.length = (commit_limit() - commit_total() - 150) * PAGE,
                            .prot = LX_PROT_READ | LX_PROT_WRITE,
                            .flags = LX_MAP_PRIVATE};
    CHECK(space_map(hog, &q, &addr) == 0);
    uint64_t count = q.length / PAGE;
    for (uint64_t i = 0; i < count; i++)
        CHECK(machine_write(hog, addr + i * PAGE, i));
    space_destroy(hog); // the frames stay cut
    CHECK(space_create(&hog) == 0 && space_map(hog, &q, &addr) == 0);
    others[0] = hog;
    for (unsigned i = 1; i <= SEQUENCES / 3; i++)
        run(1000 + i);
    others[0] = NULL;
    space_destroy(hog);
}
