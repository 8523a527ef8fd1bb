// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The refills of a scheduling context. See object/refill.c.

#include "object/sched_context.h"

static inline struct refill *refill_head(struct sched_context *sc) { return &sc->refills[sc->refill_head]; }

// Round robin: the only one, what is left of the turn.
static inline struct refill *refill_turn(struct sched_context *sc) { return &sc->refills[0]; }

// Whether SC may be used at NOW.
static inline bool refill_is_ready(struct sched_context *sc, ticks_t now) { return refill_head(sc)->time <= now; }
// Whether enough is left in the head refill after USAGE.
static inline bool refill_is_sufficient(struct sched_context *sc, ticks_t usage)
{
    return refill_head(sc)->amount >= usage + cpus[sc->cpu].min_budget;
}

// The whole budget of SC, with up to MAX refills in use, from NOW on.
void refill_new(struct sched_context *sc, word_t max, ticks_t now);
// SC's budget or period has changed: what has been used stays used. MAX refills in use.
void refill_update(struct sched_context *sc, word_t max, ticks_t now);
// The two below for contexts that are not round robin.
void refill_charge_sporadic(struct sched_context *sc, ticks_t usage);
void refill_unblock_sporadic(struct sched_context *sc, ticks_t now);

// Takes USAGE ticks; they come back a period after they could have been used first. Bounded by refill_max.
static inline void refill_charge(struct sched_context *sc, ticks_t usage)
{
    sc->consumed += usage;
    if (LIKELY(sched_context_is_round_robin(sc))) {
        struct refill *turn = refill_turn(sc);
        turn->amount -= usage < turn->amount ? usage : turn->amount;
    } else {
        refill_charge_sporadic(sc, usage);
    }
}

// SC starts to be used at NOW: refills that could have been used earlier are as if they came now.
static inline void refill_unblock(struct sched_context *sc, ticks_t now)
{
    if (UNLIKELY(!sched_context_is_round_robin(sc)))
        refill_unblock_sporadic(sc, now);
}
// Round robin: the next turn.
void refill_next_turn(struct sched_context *sc);
