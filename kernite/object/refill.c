// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Refills: how a scheduling context accounts for its budget. A sporadic server: each part of the budget that is used
// comes back one period after the time from which it was used, so in any window of a period at most the budget is used.
// The refills form a ring ordered by time; only the head is used. When the ring is full, parts are joined at the later
// time, which may delay time but never makes more of it.
//
// A round-robin context (budget equal to the period) has one refill that is always ready and holds what is left of the
// turn.
//
// I1  1 <= refill_count <= refill_max, refill_head < refill_max (once configured).
// I2  Sporadic: the amounts sum up to the budget, none is 0, and a refill ends (time + amount) no later than the next
//     begins. Round robin: refill_max is 1, 0 <= amount <= budget.
// I3  Sporadic: the last refill's time + amount is at most the head's time + period, unless they are the same refill.
// I4  Sporadic, between kernel entries: the head holds at least the CPU's min_budget.

#include "object/refill.h"

#include "debug/log.h"

static struct refill *refill_at(struct sched_context *sc, word_t i)
{
    word_t index = sc->refill_head + i;
    return &sc->refills[index < sc->refill_max ? index : index - sc->refill_max];
}

static struct refill refill_pop(struct sched_context *sc)
{
    struct refill r = *refill_head(sc);
    kassert(sc->refill_count > 0);
    sc->refill_count--;
    sc->refill_head = sc->refill_head + 1 < sc->refill_max ? sc->refill_head + 1 : 0;
    return r;
}

// Adds R, later than all others, behind them; joins it to the last one if they touch or the ring is full.
static void refill_append(struct sched_context *sc, struct refill r)
{
    if (sc->refill_count > 0) {
        struct refill *last = refill_at(sc, sc->refill_count - 1);
        if (r.time <= last->time + last->amount) {
            last->amount += r.amount;
            return;
        }
        if (sc->refill_count == sc->refill_max) {
            last->time = r.time - last->amount;
            last->amount += r.amount;
            return;
        }
    }
    *refill_at(sc, sc->refill_count) = r;
    sc->refill_count++;
}

// I4: a head too small to run for joins the next refill, as its first part.
static void refill_enlarge_head(struct sched_context *sc)
{
    while (sc->refill_count > 1 && !refill_is_sufficient(sc, 0)) {
        ticks_t amount = refill_pop(sc).amount;
        refill_head(sc)->time -= amount;
        refill_head(sc)->amount += amount;
    }
}

void refill_new(struct sched_context *sc, word_t max, ticks_t now)
{
    sc->refill_max = sched_context_is_round_robin(sc) ? 1 : max;
    sc->refill_head = 0;
    sc->refill_count = 1;
    sc->refills[0] = (struct refill){now, sc->budget};
}

void refill_update(struct sched_context *sc, word_t max, ticks_t now)
{
    struct refill head = *refill_head(sc);
    refill_new(sc, max, now);
    if (sched_context_is_round_robin(sc))
        return;
    if (head.time < now)
        head.time = now;
    if (head.amount >= sc->budget) {
        sc->refills[0] = (struct refill){head.time, sc->budget};
        return;
    }
    // What the head does not hold counts as used just now.
    ticks_t used = sc->budget - head.amount;
    sc->refill_count = 0;
    if (head.amount > 0)
        refill_append(sc, head);
    refill_append(sc, (struct refill){head.time + sc->period - used, used});
    refill_enlarge_head(sc);
}

void refill_charge_sporadic(struct sched_context *sc, ticks_t usage)
{
    // Whole budgets move everything by whole periods.
    ticks_t rounds = usage / sc->budget;
    for (word_t i = 0; rounds > 0 && i < sc->refill_count; i++)
        refill_at(sc, i)->time += rounds * sc->period;
    usage -= rounds * sc->budget;
    while (usage > 0 && usage >= refill_head(sc)->amount) {
        struct refill used = refill_pop(sc);
        usage -= used.amount;
        used.time += sc->period;
        refill_append(sc, used);
    }
    if (usage > 0) {
        struct refill *head = refill_head(sc);
        struct refill used = {head->time + sc->period, usage};
        head->time += usage;
        head->amount -= usage;
        refill_append(sc, used);
    }
    refill_enlarge_head(sc);
}

void refill_unblock_sporadic(struct sched_context *sc, ticks_t now)
{
    if (!refill_is_ready(sc, now))
        return;
    word_t head = sc->refill_head, left = sc->refill_count;
    ticks_t amount = sc->refills[head].amount;
    for (; left > 1; left--) { // joins the next one, if it touches
        word_t next = head + 1 < sc->refill_max ? head + 1 : 0;
        if (sc->refills[next].time > now + amount)
            break;
        amount += sc->refills[next].amount;
        head = next;
    }
    sc->refill_head = head;
    sc->refill_count = left;
    sc->refills[head] = (struct refill){now, amount};
}

void refill_next_turn(struct sched_context *sc)
{
    kassert(sched_context_is_round_robin(sc));
    refill_turn(sc)->amount = sc->budget;
}
