// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The release queue of each CPU: a leftist heap, so that insertion and removal of any member are O(log n) in the worst
// case, however many contexts users make. Rank: length of the path to the right down to a missing child; a context's
// left child has at least the rank of its right one, hence the right spine has at most log2(n + 1) members. The first
// to be released is cpu->release_head, the root.
//
// I1  in_release_queue is set exactly for the members of the heap of cpus[sc->cpu].
// I2  Time of the head refill: a parent's is at most its children's. It does not change while a context is a member.
// I3  rank = rank(right) + 1, rank(left) >= rank(right), rank(none) = 0; a child's release_parent is its parent, the
//     root's is NULL; a context that is no member has NULL links and rank 0.
// I4  A member has a thread (sc->tcb), which is runnable, and is neither current nor in a ready queue.

#include "core/release_queue.h"

#include "core/smp.h"
#include "debug/log.h"
#include "object/refill.h"

static bool is_earlier(struct sched_context *a, struct sched_context *b)
{
    return refill_head(a)->time < refill_head(b)->time;
}

static word_t rank(const struct sched_context *sc) { return sc ? sc->release_rank : 0; }

// Restores I3 at SC, whose children may have changed.
static void fix_rank(struct sched_context *sc)
{
    if (rank(sc->release_left) < rank(sc->release_right)) {
        struct sched_context *left = sc->release_left;
        sc->release_left = sc->release_right;
        sc->release_right = left;
    }
    sc->release_rank = rank(sc->release_right) + 1;
}

// The heap of two heaps, either of which may be empty: their right spines merged by time.
static struct sched_context *merge(struct sched_context *a, struct sched_context *b)
{
    struct sched_context *root = NULL, *last = NULL;
    while (a || b) {
        if (!a || (b && is_earlier(b, a))) {
            struct sched_context *other = a;
            a = b;
            b = other;
        }
        a->release_parent = last;
        if (last)
            last->release_right = a;
        else
            root = a;
        last = a;
        if (!b) // the rest of the spine is in order
            break;
        a = a->release_right;
    }
    for (; last; last = last->release_parent)
        fix_rank(last);
    return root;
}

void release_insert(struct sched_context *sc)
{
    kassert(!sc->in_release_queue && sc->tcb);
    struct cpu *cpu = &cpus[sc->cpu];
    sc->release_rank = 1;
    sc->in_release_queue = true;
    cpu->release_head = merge(cpu->release_head, sc);
    cpu->must_reprogram = true;
    if (cpu != this_cpu())
        smp_reschedule(cpu);
}

void release_remove(struct sched_context *sc)
{
    if (!sc->in_release_queue)
        return;
    struct sched_context *parent = sc->release_parent;
    struct sched_context *rest = merge(sc->release_left, sc->release_right);
    if (rest)
        rest->release_parent = parent;
    if (!parent)
        cpus[sc->cpu].release_head = rest;
    else if (parent->release_left == sc)
        parent->release_left = rest;
    else
        parent->release_right = rest;
    // Ranks change along a path only while each is one more than the last: at most log2(n + 1) steps.
    for (; parent; parent = parent->release_parent) {
        word_t old = parent->release_rank;
        fix_rank(parent);
        if (parent->release_rank == old)
            break;
    }
    sc->release_parent = sc->release_left = sc->release_right = NULL;
    sc->release_rank = 0;
    sc->in_release_queue = false;
}
