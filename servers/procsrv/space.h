// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// An address space of a process: its number at mmsrv, and the two pages of it that procsrv shares with the program. The
// slots are needed until the space is attached to the thread; then the kernel holds what it needs.
//
// I1: as is 0 (no space) or an address space that nobody else in procsrv has; pages and slots are then valid or 0.

#include <kn/proto/layout.h>

struct limits;

struct space {
    uint64_t as;
    kn_cptr_t vspace, endpoint, frame; // mmsrv's capabilities, 0 once attached
    struct kn_layout_signal_page *signal_page;
    unsigned char *ipc_page; // of the thread's IPC buffer
};

// A copy of SOURCE for fork, with the area of thread THREAD. 0 or a negative errno with nothing left.
long space_clone(struct space *s, const struct space *source, unsigned thread);
// A new one with PLAN's program for thread 0; ARGS_SOURCE is the address space of the plan's arguments, which are in the new
// one at *args. 0 or a negative errno with nothing left.
long space_build(struct space *s, const struct kn_layout_exec_plan *plan, const struct limits *limits,
                 uint64_t args_source, uint64_t *args);
// Gives the slots back.
void space_release_slots(struct space *s);
// Ends the space, if there is one. Its threads are gone or have another one.
void space_destroy(struct space *s);
