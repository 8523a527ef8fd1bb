// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The derivation list: links, completeness, capability format, ancestors, overlap, watermarks, badges.
//
// Children stand directly behind their parent, the youngest first, and an untyped hands out ascending addresses: so the
// children of one untyped stand in descending order of address (but for some of boot's), and one pass with a stack of
// enclosing untypeds finds every overlap.

#include "arch/api/irq.h"
#include "arch/api/mmu.h"
#include "debug/check_private.h"
#include "object/irq_handler.h"
#include "object/tcb.h"

#define MAX_NESTING 48 // untypeds in each other that the walk keeps; deeper ones are only checked against those

struct region {
    word_t start, end;
};

static struct region region_of(struct cap cap, word_t size_bits)
{
    word_t start = cap_paddr(cap).raw;
    return (struct region){start, start + BIT(size_bits)};
}

bool check_object(struct cap cap, word_t *size_bits)
{
    switch (cap_type(cap)) {
    case KN_CAP_TYPE_UNTYPED:
    case KN_CAP_TYPE_SCHED_CONTEXT:
    case KN_CAP_TYPE_FRAME: *size_bits = cap_size_bits(cap); return true;
    case KN_CAP_TYPE_CNODE: *size_bits = cap_cnode_radix(cap) + KN_SLOT_BITS; return true;
    case KN_CAP_TYPE_TCB: *size_bits = KN_TCB_BITS; return true;
    case KN_CAP_TYPE_ENDPOINT: *size_bits = KN_ENDPOINT_BITS; return true;
    case KN_CAP_TYPE_NOTIFICATION: *size_bits = KN_NOTIFICATION_BITS; return true;
    case KN_CAP_TYPE_REPLY: *size_bits = KN_REPLY_BITS; return true;
    case KN_CAP_TYPE_VSPACE: *size_bits = KN_VSPACE_BITS; return true;
    case KN_CAP_TYPE_PAGE_TABLE: *size_bits = KN_PAGE_TABLE_BITS; return true;
    case KN_CAP_TYPE_ASID_POOL: *size_bits = KN_ASID_POOL_BITS; return true;
    case KN_CAP_TYPE_ZOMBIE:
        *size_bits = cap_zombie_is_tcb(cap) ? KN_TCB_BITS : cap_zombie_radix(cap) + KN_SLOT_BITS;
        return true;
    default: return false;
    }
}

bool check_same_object(struct cap a, struct cap b)
{
    word_t bits_a, bits_b;
    return check_object(a, &bits_a) && check_object(b, &bits_b) && bits_a == bits_b && cap_type(a) == cap_type(b) &&
           cap_paddr(a).raw == cap_paddr(b).raw;
}

struct cte *check_next_object(struct cte *head, struct cte *slot, word_t type)
{
    struct cte *s = slot ? cte_next(slot) : head;
    for (; s; s = cte_next(s)) {
        struct cte *before = cte_prev(s);
        if (cap_type(s->cap) == type && !(before && check_same_object(before->cap, s->cap)))
            return s;
    }
    return NULL;
}

// An empty list is well formed: the last thread may have revoked everything.
static word_t check_links(struct cte *head, word_t *nr_slots)
{
    struct cte *before = NULL;
    *nr_slots = 0;
    for (struct cte *s = head; s; s = cte_next(s)) {
        CHECK(cte_prev(s) == before, CHECK_LIST_LINKS, s, "prev is not the slot before");
        CHECK(!cte_is_empty(s), CHECK_LIST_LINKS, s, "an empty slot is in the list");
        CHECK(++*nr_slots < CHECK_MAX_STEPS, CHECK_LIST_LINKS, s, "the list does not end");
        before = s;
    }
    return CHECK_OK;
}

// Whether a type without an object exists.
static bool is_authority(word_t type)
{
    switch (type) {
    case KN_CAP_TYPE_SCHED_CONTROL:
    case KN_CAP_TYPE_ASID_CONTROL:
    case KN_CAP_TYPE_IRQ_CONTROL:
    case KN_CAP_TYPE_IRQ_HANDLER:
    case KN_CAP_TYPE_IO_PORT:
    case KN_CAP_TYPE_IO_PORT_CONTROL:
    case KN_CAP_TYPE_SMC: return true;
    default: return false;
    }
}

static word_t check_format(const struct cte *s)
{
    struct cap c = s->cap;
    word_t bits;
    bool has_object = check_object(c, &bits);
    CHECK(has_object || is_authority(cap_type(c)), CHECK_CAP_FORMAT, s, "unknown capability type");
    if (has_object) {
        CHECK(bits <= KN_UNTYPED_MAX_BITS, CHECK_CAP_FORMAT, s, "the object is too large");
        CHECK(IS_ALIGNED(cap_paddr(c).raw, bits) || cap_type(c) == KN_CAP_TYPE_ZOMBIE, CHECK_CAP_FORMAT, s,
              "the object is not aligned to its size");
    }
    if (cap_type(c) == KN_CAP_TYPE_UNTYPED)
        CHECK(c.w[1] <= BIT(bits), CHECK_CAP_FORMAT, s, "the watermark is beyond the end");
    if (cap_type(c) == KN_CAP_TYPE_CNODE) {
        CHECK(cap_cnode_radix(c) > 0 && cap_cnode_radix(c) + cap_cnode_guard_size(c) <= KN_WORD_BITS, CHECK_CAP_FORMAT,
              s, "a CNode resolves no or too many bits");
        CHECK((cap_cnode_guard(c) & ~MASK(cap_cnode_guard_size(c))) == 0, CHECK_CAP_FORMAT, s,
              "the guard does not fit its size");
    }
    if (cap_type(c) == KN_CAP_TYPE_FRAME)
        CHECK(arch_frame_size_ok(bits), CHECK_CAP_FORMAT, s, "no such frame size");
    if (cap_type(c) == KN_CAP_TYPE_IRQ_HANDLER)
        CHECK(arch_irq_is_user(c.w[1]) || c.w[1] - arch_msi_first() < arch_msi_count(), CHECK_CAP_FORMAT, s,
              "a handler of an interrupt that no user may have");
    return CHECK_OK;
}

// One untyped that encloses the slots being walked.
struct level {
    struct cte *untyped;
    struct cte *last; // child seen last; NULL none
    word_t floor;     // lowest address of the children seen so far
};

static bool encloses(const struct level *l, struct region r)
{
    struct region outer = region_of(l->untyped->cap, cap_size_bits(l->untyped->cap));
    return outer.start <= r.start && r.end <= outer.end;
}

// S, with the memory R, against each object from FROM on to S.
static bool is_disjoint_from_earlier(struct cte *from, struct cte *s, struct region r)
{
    for (struct cte *o = from; o != s; o = cte_next(o)) {
        word_t bits;
        if (!check_object(o->cap, &bits) || check_same_object(o->cap, s->cap))
            continue;
        struct region other = region_of(o->cap, bits);
        if (r.start < other.end && other.start < r.end)
            return false;
    }
    return true;
}

static word_t check_child(struct level *l, struct cte *s, struct region r)
{
    struct cap parent = l->untyped->cap;
    CHECK(cdt_is_parent_of(l->untyped, s), CHECK_OBJECT_PARENT, s, "the parent test denies the enclosing untyped");
    if (cap_type(s->cap) == KN_CAP_TYPE_FRAME || cap_type(s->cap) == KN_CAP_TYPE_UNTYPED)
        CHECK(cap_is_device(s->cap) == cap_is_device(parent), CHECK_OBJECT_PARENT, s, "device and memory are mixed");
    else
        CHECK(!cap_is_device(parent), CHECK_OBJECT_PARENT, s, "a kernel object in device memory");
    CHECK(r.end <= cap_paddr(parent).raw + parent.w[1], CHECK_WATERMARK, s, "an object above its untyped's watermark");
    if (r.end > l->floor && !(l->last && check_same_object(l->last->cap, s->cap)))
        CHECK(is_disjoint_from_earlier(cte_next(l->untyped), s, r), CHECK_OBJECT_OVERLAP, s, "two objects overlap");
    if (r.start < l->floor)
        l->floor = r.start;
    l->last = s;
    return CHECK_OK;
}

// S is derived from no untyped: one of boot's, the log's frame, or an object whose untypeds have all been deleted. Its
// memory must be nobody else's. There are few of them.
static word_t check_root(struct cte *head, struct cte *s, struct region r)
{
    for (struct cte *o = head; o; o = cte_next(o)) {
        if (cap_type(o->cap) != KN_CAP_TYPE_UNTYPED || check_same_object(o->cap, s->cap)) // itself, or a copy
            continue;
        struct region other = region_of(o->cap, cap_size_bits(o->cap));
        bool is_inside = other.start <= r.start && r.end <= other.end;
        CHECK(!is_inside, CHECK_OBJECT_PARENT, s, "an object lies in an untyped from which it is not derived");
    }
    CHECK(is_disjoint_from_earlier(head, s, r), CHECK_OBJECT_OVERLAP, s, "two objects without untyped overlap");
    return CHECK_OK;
}

static word_t check_objects(struct cte *head)
{
    struct level stack[MAX_NESTING];
    word_t depth = 0;
    for (struct cte *s = head; s; s = cte_next(s)) {
        word_t bits;
        CHECK_PART(check_format(s));
        if (!check_object(s->cap, &bits))
            continue;
        struct region r = region_of(s->cap, bits);
        while (depth > 0 && !encloses(&stack[depth - 1], r))
            depth--;
        if (depth > 0)
            CHECK_PART(check_child(&stack[depth - 1], s, r));
        else
            CHECK_PART(check_root(head, s, r));
        if (cap_type(s->cap) == KN_CAP_TYPE_UNTYPED && depth < MAX_NESTING)
            stack[depth++] = (struct level){s, NULL, r.end};
    }
    return CHECK_OK;
}

static word_t check_badges(struct cte *head)
{
    for (struct cte *s = head; s; s = cte_next(s)) {
        if (cap_type(s->cap) != KN_CAP_TYPE_ENDPOINT && cap_type(s->cap) != KN_CAP_TYPE_NOTIFICATION)
            continue;
        struct cte *before = cte_prev(s);
        if (cap_badge(s->cap) == 0 || cte_is_first_badged(s))
            continue;
        CHECK(before && check_same_object(before->cap, s->cap) && cap_badge(before->cap) == cap_badge(s->cap),
              CHECK_BADGE_ORDER, s, "a badged capability has lost the first of its badge");
    }
    return CHECK_OK;
}

// Slots at START: occupied ones are counted and must be linked into the list that begins at HEAD.
static word_t check_slots(struct cte *head, struct cte *start, word_t count, word_t *nr_found)
{
    for (struct cte *s = start; s < start + count; s++) {
        struct cte *before = cte_prev(s), *after = cte_next(s);
        if (cte_is_empty(s)) {
            CHECK(!before && !after, CHECK_LIST_COMPLETE, s, "an empty slot has links");
            continue;
        }
        CHECK(before ? cte_next(before) == s : s == head, CHECK_LIST_COMPLETE, s,
              "an occupied slot is not in the list");
        CHECK(!after || cte_prev(after) == s, CHECK_LIST_COMPLETE, s, "an occupied slot is not in the list");
        ++*nr_found;
    }
    return CHECK_OK;
}

static word_t check_completeness(struct cte *head, word_t nr_slots)
{
    word_t nr_found = 0;
    for (struct cte *s = head; s; s = cte_next(s)) {
        struct cap c = s->cap;
        word_t type = cap_type(c);
        if (cte_prev(s) && check_same_object(cte_prev(s)->cap, c))
            continue;
        if (type == KN_CAP_TYPE_TCB || (type == KN_CAP_TYPE_ZOMBIE && cap_zombie_is_tcb(c))) {
            struct tcb *t = cap_object(c);
            CHECK_PART(check_slots(head, t->slots, TCB_NR_SLOTS, &nr_found));
        } else if (type == KN_CAP_TYPE_CNODE || type == KN_CAP_TYPE_ZOMBIE) {
            word_t radix = type == KN_CAP_TYPE_CNODE ? cap_cnode_radix(c) : cap_zombie_radix(c);
            CHECK_PART(check_slots(head, cap_object(c), BIT(radix), &nr_found));
        }
    }
    for (word_t irq = 0; irq < arch_msi_first() + arch_msi_count(); irq++)
        CHECK_PART(check_slots(head, irq_handler_slot(irq), 1, &nr_found));
    CHECK(nr_found == nr_slots, CHECK_LIST_COMPLETE, head,
          "the list and the slots hold different numbers of capabilities");
    return CHECK_OK;
}

word_t check_derivation(struct cte **head)
{
    word_t nr_slots;
    *head = cdt_head();
    CHECK_PART(check_links(*head, &nr_slots));
    CHECK_PART(check_objects(*head));
    CHECK_PART(check_badges(*head));
    return check_completeness(*head, nr_slots);
}
