// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Kernel objects of a process: CNode, TCB, scheduling context, notification, all made from one untyped of mmsrv's, which
// takes them back with one Revoke. The host tests have their own.
//
// I1: memory is 0 (nothing) or all slots are valid until objects_destroy.

#include <stdbool.h>

#include <kn/abi.h>

struct space;

struct objects {
    uint64_t memory; // handle of the untyped at mmsrv
    kn_cptr_t untyped, cnode, tcb, sched_context, notification;
    kn_cptr_t wake_signal, wake_timer; // badged copies of the notification
    unsigned thread;                   // index for which the program's slots were filled
};

// Reads the layer's entry points from the boot archive. Once; ends procsrv if they are missing.
void objects_init(void);
// Makes the objects for thread THREAD of the process SERIAL: its CSpace has everything but vfs's and mmsrv's capabilities;
// the thread is inactive and has no time yet. 0 or -LX_ENOMEM with nothing left.
long objects_create(struct objects *o, uint64_t serial, unsigned thread);
// Ends all of it. The thread runs no more from here on.
void objects_destroy(struct objects *o);

// Moves vfs's capability from slot CAP of procsrv into the program's CSpace.
long objects_give_vfs(struct objects *o, kn_cptr_t cap);
// Gives the (suspended or inactive) thread address space, IPC buffer and fault endpoint. 0 or -LX_ENOMEM.
long objects_attach(struct objects *o, const struct space *s);
// The thread continues as thread THREAD of the process: other slots of its CSpace.
void objects_renumber(struct objects *o, unsigned thread);

void objects_suspend(const struct objects *o);
// Copies PARENT's thread, which waits for the answer to a Call, as if that Call had answered one word 0. Starts it.
void objects_start_fork(const struct objects *o, const struct objects *parent);
// Starts a new image.
void objects_start_image(const struct objects *o);
// Makes the thread look at its signals.
void objects_kick(const struct objects *o);
void objects_wake_signal(const struct objects *o);
void objects_wake_timer(const struct objects *o);
// The thread runs on CPU, with time slices as NICE says. Moves it if it runs elsewhere.
void objects_set_time(const struct objects *o, unsigned cpu, int nice);
// CPU time used since the last call, in nanoseconds.
uint64_t objects_take_time(const struct objects *o);
