// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Scheduling contexts: links, refills, release queues (leftist heaps, see core/release_queue.c).

#include "arch/api/mmu.h"
#include "core/scheduler.h"
#include "debug/check_private.h"
#include "object/notification.h"
#include "object/refill.h"
#include "object/reply.h"
#include "object/tcb.h"

static word_t check_links(const struct sched_context *sc)
{
    CHECK(!sc->tcb || sc->tcb->sc == sc, CHECK_SC_LINKS, sc, "a context's thread has another context");
    CHECK(!sc->home || sc->home->home_sc == sc, CHECK_SC_LINKS, sc, "a context's home has another context bound");
    CHECK(!sc->notification || sc->notification->sc == sc, CHECK_SC_LINKS, sc, "a context's notification has another");
    CHECK(!sc->reply || sc->reply->sc == sc, CHECK_SC_LINKS, sc,
          "the head of a context's call stack has another context");
    CHECK(!sc->yield_from || sc->yield_from->yield_to == sc, CHECK_SC_LINKS, sc,
          "who yielded does not know the context");
    return CHECK_OK;
}

// Contexts whose budget is below their period: nothing gets lost or too large for the period.
static word_t check_sporadic(struct sched_context *sc, ticks_t sum, ticks_t end)
{
    const struct refill *head = refill_head(sc);
    CHECK(sum == sc->budget, CHECK_REFILLS, sc, "the refills do not sum up to the budget");
    CHECK(sc->refill_count == 1 || end <= head->time + sc->period, CHECK_REFILLS, sc,
          "the refills span more than a period");
    CHECK(head->amount >= cpus[sc->cpu].min_budget, CHECK_REFILLS, sc, "the head refill is too small to run for");
    return CHECK_OK;
}

static word_t check_refills(struct sched_context *sc, word_t size_bits)
{
    ticks_t sum = 0, end = 0;
    if (sc->period == 0)
        return CHECK_OK;
    CHECK(sc->budget <= sc->period && sc->budget >= cpus[sc->cpu].min_budget, CHECK_REFILLS, sc, "no such budget");
    CHECK(sc->refill_max <= sched_context_max_refills(size_bits), CHECK_REFILLS, sc,
          "more refills than fit the object");
    CHECK(sc->refill_count >= 1 && sc->refill_count <= sc->refill_max && sc->refill_head < sc->refill_max,
          CHECK_REFILLS, sc, "the refills are outside their ring");
    for (word_t i = 0; i < sc->refill_count; i++) {
        const struct refill *r = &sc->refills[(sc->refill_head + i) % sc->refill_max];
        CHECK(i == 0 || end <= r->time, CHECK_REFILLS, sc, "the refills overlap or are out of order");
        end = r->time + r->amount;
        sum += r->amount;
    }
    if (sched_context_is_round_robin(sc))
        CHECK(sum <= sc->budget, CHECK_REFILLS, sc, "a turn is longer than its budget");
    else
        CHECK_PART(check_sporadic(sc, sum, end));
    return CHECK_OK;
}

static ticks_t release_time(struct sched_context *sc) { return refill_head(sc)->time; }
static word_t rank(const struct sched_context *sc) { return sc ? sc->release_rank : 0; }

static word_t check_member(struct sched_context *sc, const struct cpu *cpu)
{
    struct sched_context *left = sc->release_left, *right = sc->release_right, *parent = sc->release_parent;
    CHECK(sc->in_release_queue, CHECK_RELEASE_QUEUE, sc, "a member of the release queue is not marked");
    CHECK(&cpus[sc->cpu] == cpu, CHECK_RELEASE_QUEUE, sc, "a context in the release queue of another CPU");
    CHECK((!left || left->release_parent == sc) && (!right || right->release_parent == sc), CHECK_RELEASE_QUEUE, sc,
          "the release queue's links do not agree");
    CHECK(!parent || release_time(parent) <= release_time(sc), CHECK_RELEASE_QUEUE, sc,
          "the release queue is out of order");
    CHECK(rank(sc) == rank(right) + 1 && rank(left) >= rank(right), CHECK_RELEASE_QUEUE, sc,
          "the heap leans to the wrong side");
    CHECK(sc->tcb && thread_is_runnable(sc->tcb) && sc->tcb != cpu->current, CHECK_RELEASE_QUEUE, sc,
          "a context waits for release whose thread does not wait for it");
    return CHECK_OK;
}

// Visits every member: down to the left first, up by the parents.
static word_t check_heap(const struct cpu *cpu, word_t *nr_members)
{
    struct sched_context *sc = cpu->release_head, *from = NULL;
    CHECK(!sc || !sc->release_parent, CHECK_RELEASE_QUEUE, sc, "the release queue's head has a parent");
    while (sc) {
        struct sched_context *came_from = from;
        from = sc;
        if (came_from == sc->release_parent) { // for the first time
            CHECK_PART(check_member(sc, cpu));
            CHECK(++*nr_members < CHECK_MAX_STEPS, CHECK_RELEASE_QUEUE, sc, "the release queue does not end");
            if (sc->release_left) {
                sc = sc->release_left;
                continue;
            }
            came_from = sc->release_left;
        }
        if (came_from == sc->release_left && sc->release_right)
            sc = sc->release_right;
        else
            sc = sc->release_parent;
    }
    return CHECK_OK;
}

word_t check_sched_contexts(struct cte *head)
{
    word_t nr_marked = 0, nr_members = 0;
    for (struct cte *s = NULL; (s = check_next_object(head, s, KN_CAP_TYPE_SCHED_CONTEXT));) {
        struct sched_context *sc = cap_object(s->cap);
        CHECK_PART(check_links(sc));
        CHECK_PART(check_refills(sc, cap_size_bits(s->cap)));
        nr_marked += sc->in_release_queue;
    }
    for (word_t i = 0; i < nr_cpus; i++)
        CHECK_PART(check_heap(&cpus[i], &nr_members));
    CHECK(nr_marked == nr_members, CHECK_RELEASE_QUEUE, NULL, "contexts are marked as waiting that are not");
    return CHECK_OK;
}
