// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// A stress test of the kernel on several CPUs, as a root task. Workers, some on every CPU, do what the random numbers say to
// what they share: endpoints of servers, notifications, frames, and victims, which are threads that run all the time and may
// be stopped, moved and destroyed by anybody. Whoever touches what another one has just taken away gets an error, which is
// as good as success; only a broken invariant, a wrong answer or a hang is a failure.
//
// I1  Workers are never suspended, and each ends after its rounds or when the time is over, so the test ends.
// I2  An active server is suspended only by who resumes it next; no server is destroyed: a Call to it is always answered.
// I3  Victims call active servers only: a context that is lent to a passive one belongs to a worker, which stays.
// I4  A worker's slots and untyped are its own; what it shares from there may vanish at any time.

#include "env.h"
#include "thread.h"

enum { NR_WORKERS = 8, NR_VICTIMS = 8, NR_SERVERS = 4, NR_NOTIFICATIONS = 4 };
// Of a worker's slots: the first are those that others use, then come copies of anything, and one each for other things.
enum {
    NR_SHARED = 8,
    NR_COPIES = 16,
    OWN_FRAME = NR_SHARED + NR_COPIES,
    FOREIGN_FRAME,
    OWN_NODE,
    OWN_SPACE,
    OWN_POOL,
    POOL_MEMORY,
    WORKER_SLOTS
};

struct worker {
    struct thread *thread;
    kn_word_t random; // state
    kn_cptr_t untyped, slots;
    kn_word_t window; // 2 MiB of addresses, with tables
    kn_word_t rounds; // done
    _Atomic bool is_done;
};

struct victim {
    struct thread *thread;
    kn_cptr_t untyped;       // its TCB comes from there
    _Atomic bool is_rebuilt; // somebody makes it anew
};

extern struct worker workers[NR_WORKERS];
extern struct victim victims[NR_VICTIMS];
extern struct thread *servers[NR_SERVERS];
extern kn_cptr_t server_endpoint[NR_SERVERS], notifications[NR_NOTIFICATIONS];
extern kn_cptr_t attendant_endpoint; // hears of the victims' faults; those of debugging and time go on, the others stop
extern kn_cptr_t bell;               // may be bound to active servers

// The next random number of W below LIMIT.
kn_word_t pick(struct worker *w, kn_word_t limit);
// One random operation. False: something is wrong (a wrong answer, a wrong word in memory); it has been said.
bool stress_step(struct worker *w);
// Of its operations, those in victims.c.
bool debug_victim(struct worker *w);
bool bind_victim(struct worker *w);
bool limit_victim(struct worker *w);
bool exile_victim(struct worker *w);
bool ring_server(struct worker *w);
// Sets up a victim's thread, of which only the TCB is there, and starts it. Errors do not matter.
void victim_start(struct victim *v);
