// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "fake_kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <kn/proto/layout.h>
#include <kn/syscalls.h>

#include "own.h"

#define RADIX 12
#define TOP_SLOTS (1u << KN_LAYOUT_SERVER_TOP_RADIX)
#define SLOTS (1u << RADIX)
#define PAGE 4096ul
#define FANOUT 512

// One page table, or the root of an address space. In the last level entries are leaves, else tables.
struct table {
    struct table *child[FANOUT];
    struct cap *leaf[FANOUT]; // the capability that mapped the frame
    kn_word_t leaf_rights[FANOUT], leaf_attr[FANOUT];
    struct cap *owner;  // the capability of the table
    struct table *next; // while it is free
};

enum kind { NONE, UNTYPED, FRAME, TABLE, VSPACE, CNODE, ENDPOINT, OTHER };

struct cap {
    enum kind kind;
    size_t start, size, used;  // bytes of RAM: untypeds and what comes from them
    struct cap *next_here;     // capabilities whose memory starts in the same page
    struct table *table;       // TABLE, VSPACE: the object
    struct table *in;          // FRAME, TABLE: the table it is mapped in, NULL: none
    unsigned index;            // entry there
    kn_word_t vaddr;
    bool has_asid;
    struct cap *slots;         // CNODE
};

static struct cap *top[TOP_SLOTS];
static unsigned char *ram;
static int ram_file;
static size_t ram_pages;
static struct cap **by_page; // list heads
static size_t nr_caps;
static struct kn_layout_startup startup;
static bool short_batches;
static long retypes_left = -1;
static struct kn_ipc_buffer buffer;

struct kn_ipc_buffer *kn_ipc_buffer(void) { return &buffer; }
const void *fake_startup_page(void) { return &startup; }
void fake_set_short_batches(bool on) { short_batches = on; }
void fake_fail_retype_after(long n) { retypes_left = n; }
size_t fake_count_caps(void) { return nr_caps; }

static void die(const char *what, kn_word_t a, kn_word_t b)
{
    fprintf(stderr, "fake kernel: %s (0x%lx, 0x%lx)\n", what, a, b);
    abort();
}

// The slot at CPTR, NULL: there is none.
static struct cap *slot_at(kn_cptr_t cptr)
{
    kn_word_t node = cptr >> RADIX;
    return node < TOP_SLOTS && top[node] ? &top[node][cptr & (SLOTS - 1)] : NULL;
}

static struct cap *need_slot(kn_cptr_t cptr)
{
    struct cap *c = slot_at(cptr);
    if (!c)
        die("no such slot", cptr, 0);
    return c;
}

static void enlist(struct cap *c)
{
    struct cap **head = &by_page[c->start / PAGE];
    c->next_here = *head;
    *head = c;
    nr_caps++;
}

static void unlist(struct cap *c)
{
    struct cap **link = &by_page[c->start / PAGE];
    while (*link != c)
        link = &(*link)->next_here;
    *link = c->next_here;
    nr_caps--;
}

static void show_own(const struct cap *frame, bool is_mapped)
{
    void *at = (void *)frame->vaddr;
    int prot = is_mapped ? PROT_READ | PROT_WRITE : PROT_NONE;
    if (mmap(at, PAGE, prot, MAP_SHARED | MAP_FIXED, ram_file, (off_t)frame->start) != at)
        die("mmap", frame->vaddr, 0);
}

static struct table *own_root(void)
{
    return need_slot(KN_LAYOUT_SERVER_SLOT_VSPACE)->table;
}

static struct table *walk(struct table *root, kn_word_t vaddr, unsigned levels)
{
    for (unsigned l = 0; root && l < levels; l++)
        root = root->child[vaddr >> (39 - 9 * l) & (FANOUT - 1)];
    return root;
}

static void unmap_frame(struct cap *c)
{
    if (c->in && c->in->leaf[c->index] == c) {
        c->in->leaf[c->index] = NULL;
        if (c->vaddr >= OWN_WINDOW && walk(own_root(), c->vaddr, 3) == c->in)
            show_own(c, false);
    }
    c->in = NULL;
}

// What is mapped in T is mapped no more; the capabilities stay.
static void strand(struct table *t)
{
    for (unsigned i = 0; i < FANOUT; i++) {
        if (t->leaf[i])
            t->leaf[i]->in = NULL;
        if (t->child[i])
            t->child[i]->owner->in = NULL;
        t->leaf[i] = NULL;
        t->child[i] = NULL;
    }
}

static struct table *free_tables;

static struct table *take_table(struct cap *owner)
{
    struct table *t = free_tables;
    if (t)
        free_tables = t->next;
    else
        t = calloc(1, sizeof *t);
    t->owner = owner;
    return t;
}

static void give_table(struct table *t)
{
    strand(t);
    t->next = free_tables;
    free_tables = t;
}

static void unmap_table(struct cap *c)
{
    if (c->in && c->in->child[c->index] == c->table)
        c->in->child[c->index] = NULL;
    c->in = NULL;
    strand(c->table);
}

static void clear_cap(struct cap *c)
{
    switch (c->kind) {
    case FRAME: unmap_frame(c); break;
    case TABLE:
        unmap_table(c);
        give_table(c->table);
        break;
    case VSPACE: give_table(c->table); break;
    default: break;
    }
    unlist(c);
    *c = (struct cap){0};
}

// Deletes everything whose memory lies in that of C, but C.
static void revoke_all(struct cap *c)
{
    for (size_t page = c->start / PAGE; page * PAGE < c->start + c->size; page++)
        for (struct cap *k = by_page[page], *next; k; k = next) {
            next = k->next_here;
            if (k == c || k->start < c->start || k->start >= c->start + c->size || (k->kind == UNTYPED && k->size > c->size))
                continue;
            clear_cap(k);
        }
}

static bool has_children(struct cap *c)
{
    for (size_t page = c->start / PAGE; page * PAGE < c->start + c->size; page++)
        for (struct cap *k = by_page[page]; k; k = k->next_here)
            if (k != c && k->start >= c->start && k->start < c->start + c->size && !(k->kind == UNTYPED && k->size > c->size))
                return true;
    return false;
}

static size_t object_size(kn_word_t type, kn_word_t size_bits, enum kind *kind)
{
    switch (type) {
    case KN_OBJECT_TYPE_UNTYPED: *kind = UNTYPED; return (size_t)1 << size_bits;
    case KN_OBJECT_TYPE_FRAME: *kind = FRAME; return PAGE;
    case KN_OBJECT_TYPE_PAGE_TABLE: *kind = TABLE; return PAGE;
    case KN_OBJECT_TYPE_VSPACE: *kind = VSPACE; return PAGE;
    case KN_OBJECT_TYPE_CNODE: *kind = CNODE; return (size_t)1 << (size_bits + KN_SLOT_BITS);
    default: die("Retype of an unknown type", type, 0); return 0;
    }
}

static void make_object(struct cap *c, enum kind kind, size_t start, size_t size)
{
    *c = (struct cap){.kind = kind, .start = start, .size = size};
    if (kind == TABLE || kind == VSPACE)
        c->table = take_table(c);
    if (kind == FRAME)
        memset(ram + start, 0, PAGE);
    enlist(c);
}

static kn_error_t retype(struct cap *u, const kn_word_t *a)
{
    enum kind kind;
    size_t size = object_size(a[0], a[1], &kind);
    kn_word_t node = a[3] ? a[2] : 0, offset = a[4], count = a[5];
    if (u->kind != UNTYPED)
        return KN_ERROR_INVALID_CAPABILITY;
    if (retypes_left == 0)
        return KN_ERROR_NOT_ENOUGH_MEMORY;
    retypes_left -= retypes_left > 0;
    size_t start = has_children(u) ? u->used : 0;
    start = (start + size - 1) & ~(size - 1);
    if (start > u->size || (u->size - start) / size < count)
        return KN_ERROR_NOT_ENOUGH_MEMORY;
    if (!a[3]) { // into the top CNode: a CNode
        if (kind != CNODE || count != 1 || a[1] != RADIX || top[offset])
            die("Retype into the top CNode", a[0], offset);
        top[offset] = calloc(SLOTS, sizeof(struct cap));
        static struct cap holders[TOP_SLOTS];
        make_object(&holders[offset], CNODE, u->start + start, size);
    } else {
        if (a[3] != KN_WORD_BITS - RADIX || !top[node] || offset + count > SLOTS || count > 256)
            die("Retype into no CNode", node, offset);
        for (kn_word_t i = 0; i < count; i++)
            if (top[node][offset + i].kind != NONE)
                return KN_ERROR_DELETE_FIRST;
        for (kn_word_t i = 0; i < count; i++)
            make_object(&top[node][offset + i], kind, u->start + start + i * size, size);
    }
    u->used = start + count * size;
    return KN_ERROR_NONE;
}

static kn_error_t copy(struct cap *dest, struct cap *src)
{
    if (dest->kind != NONE)
        return KN_ERROR_DELETE_FIRST;
    if (src->kind == NONE)
        return KN_ERROR_FAILED_LOOKUP;
    *dest = *src;
    dest->in = NULL;
    enlist(dest);
    return KN_ERROR_NONE;
}

static kn_error_t map_frame(struct cap *f, struct cap *space, kn_word_t vaddr, kn_word_t rights, kn_word_t attr)
{
    if (f->kind != FRAME || space->kind != VSPACE || !space->has_asid)
        return KN_ERROR_INVALID_CAPABILITY;
    if (vaddr % PAGE || vaddr >= (kn_word_t)1 << 47)
        return KN_ERROR_INVALID_ARGUMENT;
    struct table *t = walk(space->table, vaddr, 3);
    unsigned index = vaddr >> 12 & (FANOUT - 1);
    bool is_here = t && f->in == t && f->index == index && t->leaf[index] == f;
    if (f->in && !is_here)
        return KN_ERROR_INVALID_ARGUMENT; // still mapped elsewhere
    if (!t)
        return KN_ERROR_FAILED_LOOKUP;
    if (t->leaf[index] && !is_here)
        return KN_ERROR_DELETE_FIRST;
    t->leaf[index] = f;
    t->leaf_rights[index] = rights;
    t->leaf_attr[index] = attr;
    f->in = t;
    f->index = index;
    f->vaddr = vaddr;
    if (space->table == own_root() && vaddr >= OWN_WINDOW)
        show_own(f, true);
    return KN_ERROR_NONE;
}

static kn_error_t map_table(struct cap *c, struct cap *space, kn_word_t vaddr)
{
    if (c->kind != TABLE || c->in || space->kind != VSPACE)
        return KN_ERROR_INVALID_CAPABILITY;
    struct table *t = space->table;
    for (unsigned level = 0; level < 3; level++) {
        unsigned index = vaddr >> (39 - 9 * level) & (FANOUT - 1);
        if (!t->child[index]) {
            t->child[index] = c->table;
            c->in = t;
            c->index = index;
            return KN_ERROR_NONE;
        }
        t = t->child[index];
    }
    return KN_ERROR_DELETE_FIRST;
}

static bool must_stop(kn_word_t done)
{
    return short_batches && done % 4 == 0 && rand() % 4 == 0;
}

static kn_error_t map_range(struct cap *space, const kn_word_t *a, kn_word_t *done)
{
    if (a[3] > KN_RANGE_MAX)
        return KN_ERROR_RANGE_ERROR;
    while (*done < a[3]) {
        kn_error_t e = map_frame(need_slot(a[0] + *done), space, a[2] + *done * PAGE, a[4], a[5]);
        if (e != KN_ERROR_NONE)
            return e;
        if (must_stop(++*done))
            break;
    }
    return KN_ERROR_NONE;
}

static kn_error_t protect_range(struct cap *space, const kn_word_t *a, kn_word_t *done)
{
    if (a[1] == 0 || a[1] > KN_RANGE_MAX || space->kind != VSPACE)
        return KN_ERROR_RANGE_ERROR;
    while (*done < a[1]) {
        kn_word_t vaddr = a[0] + *done * PAGE;
        struct table *t = walk(space->table, vaddr, 3);
        unsigned index = vaddr >> 12 & (FANOUT - 1);
        if (t && t->leaf[index]) {
            t->leaf_rights[index] &= a[2];
            t->leaf_attr[index] |= a[3];
        }
        if (must_stop(++*done))
            break;
    }
    return KN_ERROR_NONE;
}

static kn_error_t invoke(kn_cptr_t cptr, kn_word_t label, const kn_word_t *a, kn_word_t *done)
{
    struct cap *extra = buffer.caps_or_badges[0] == KN_LAYOUT_SERVER_SLOT_CNODE ? NULL : slot_at(buffer.caps_or_badges[0]);
    if (cptr == KN_LAYOUT_SERVER_SLOT_CNODE) {
        struct cap *c = need_slot(a[0]);
        switch (label) {
        case KN_LABEL_CNODE_REVOKE:
            if (c->kind == UNTYPED)
                revoke_all(c);
            return KN_ERROR_NONE;
        case KN_LABEL_CNODE_DELETE:
            if (c->kind != NONE)
                clear_cap(c);
            return KN_ERROR_NONE;
        case KN_LABEL_CNODE_COPY:
        case KN_LABEL_CNODE_MINT: return copy(c, need_slot(a[2]));
        }
    }
    struct cap *c = need_slot(cptr);
    switch (label) {
    case KN_LABEL_UNTYPED_RETYPE: return retype(c, a);
    case KN_LABEL_FRAME_MAP: return map_frame(c, extra, a[0], a[1], a[2]);
    case KN_LABEL_PAGE_TABLE_MAP: return map_table(c, extra, a[0]);
    case KN_LABEL_PAGE_TABLE_UNMAP: unmap_table(c); return KN_ERROR_NONE;
    case KN_LABEL_VSPACE_MAP_RANGE: return map_range(c, a, done);
    case KN_LABEL_VSPACE_PROTECT_RANGE: return protect_range(c, a, done);
    case KN_LABEL_ASID_POOL_ASSIGN: extra->has_asid = true; return KN_ERROR_NONE;
    default: die("an invocation that is not modelled", label, cptr); return 0;
    }
}

void kn_host_syscall(struct kn_syscall_frame *f)
{
    if (f->number != KN_SYS_CALL)
        die("a system call that is not modelled", f->number, 0);
    kn_word_t a[8] = {f->mr0, f->mr1, f->mr2, f->mr3, buffer.msg[4], buffer.msg[5]}, done = 0;
    kn_error_t error = invoke(f->cptr, kn_msg_info_get_label(f->info), a, &done);
    f->info = kn_msg_info_new(error, 0, 0, error ? KN_ERROR_MAX_PAYLOAD + 1 : 1);
    f->mr0 = done;
    buffer.msg[KN_ERROR_MAX_PAYLOAD] = done;
}

struct fake_mapping fake_lookup(kn_cptr_t vspace, kn_word_t vaddr)
{
    struct table *t = walk(need_slot(vspace)->table, vaddr, 3);
    unsigned index = vaddr >> 12 & (FANOUT - 1);
    if (!t || !t->leaf[index])
        return (struct fake_mapping){0};
    return (struct fake_mapping){ram + t->leaf[index]->start, t->leaf_rights[index], t->leaf_attr[index]};
}

static size_t count(const struct table *t, unsigned level)
{
    size_t n = 0;
    for (unsigned i = 0; i < FANOUT; i++)
        n += level == 3 ? t->leaf[i] != NULL : t->child[i] ? count(t->child[i], level + 1) : 0;
    return n;
}

size_t fake_count_mapped(kn_cptr_t vspace) { return count(need_slot(vspace)->table, 0); }
void *fake_frame_memory(kn_cptr_t frame) { return ram + need_slot(frame)->start; }

static struct cap *new_cap(kn_word_t *slot, enum kind kind, size_t start, size_t size)
{
    struct cap *c = &top[0][*slot];
    make_object(c, kind, start, size);
    ++*slot;
    return c;
}

static struct kn_layout_resource *resource(unsigned *n, kn_word_t kind, kn_word_t id)
{
    startup.resources[*n] = (struct kn_layout_resource){.kind = kind, .id = id};
    return &startup.resources[(*n)++];
}

static void add_untypeds(unsigned *n, kn_word_t *slot, size_t page, size_t end)
{
    while (page < end) {
        size_t size = page & -page;
        while (page + size > end)
            size /= 2;
        struct kn_layout_resource *r = resource(n, KN_LAYOUT_RESOURCE_UNTYPED, page * PAGE);
        r->slot = *slot;
        r->size = (kn_word_t)__builtin_ctzl(size * PAGE);
        new_cap(slot, UNTYPED, page * PAGE, size * PAGE);
        page += size;
    }
}

void fake_init(size_t nr_ram, size_t nr_archive)
{
    size_t nr_other = 16, page = 0;
    unsigned n = 0;
    ram_pages = nr_other + nr_archive + nr_ram;
    ram_file = memfd_create("ram", 0);
    if (ram_file < 0 || ftruncate(ram_file, (off_t)(ram_pages * PAGE)))
        die("no memory", ram_pages, 0);
    ram = mmap(NULL, ram_pages * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, ram_file, 0);
    by_page = calloc(ram_pages, sizeof *by_page);
    top[0] = calloc(SLOTS, sizeof(struct cap));
    kn_word_t slot = KN_LAYOUT_SERVER_SLOT_VSPACE;
    new_cap(&slot, VSPACE, page++ * PAGE, PAGE)->has_asid = true;
    slot = KN_LAYOUT_SERVER_SLOT_ENDPOINT;
    new_cap(&slot, ENDPOINT, page++ * PAGE, 64);
    slot = KN_LAYOUT_SERVER_SLOT_FIRST_RESOURCE;
    resource(&n, KN_LAYOUT_RESOURCE_ASID_POOL, 0)->slot = slot;
    new_cap(&slot, OTHER, page++ * PAGE, PAGE);
    for (int i = 0; i < 2; i++) {
        struct kn_layout_resource *r =
            resource(&n, KN_LAYOUT_RESOURCE_VSPACE, i ? KN_LAYOUT_SERVICE_VFS : KN_LAYOUT_SERVICE_PROC);
        r->slot = slot;
        r->vaddr = KN_LAYOUT_SERVER_HEAP + 0x10000;
        new_cap(&slot, VSPACE, page++ * PAGE, PAGE)->has_asid = true;
    }
    resource(&n, KN_LAYOUT_RESOURCE_SHARED, KN_LAYOUT_SHARED_MEMORY_TIME)->slot = slot;
    new_cap(&slot, FRAME, page++ * PAGE, PAGE);
    struct kn_layout_resource *archive = resource(&n, KN_LAYOUT_RESOURCE_ARCHIVE, 0);
    archive->slot = slot;
    archive->arg = nr_archive;
    archive->size = nr_archive * PAGE;
    for (size_t i = 0; i < nr_archive; i++)
        new_cap(&slot, FRAME, (nr_other + i) * PAGE, PAGE);
    add_untypeds(&n, &slot, nr_other + nr_archive, ram_pages);
    startup.first_free_slot = slot;
    startup.nr_slots = SLOTS;
    startup.heap_start = KN_LAYOUT_SERVER_HEAP;
}

void *fake_archive_memory(void) { return ram + 16 * PAGE; }
