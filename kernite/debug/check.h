// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The invariant checker: one walk over the whole kernel state that says whether it is well formed. It changes
// nothing, allocates nothing and uses little stack. The host port runs it after every kernel entry, debug kernels on
// the DebugCheck system call. Between two kernel entries every invariant holds; inside one they need not.

#include "core/types.h"

// The invariants, in the order in which they are checked. Each has a test that breaks it.
enum check_invariant {
    CHECK_OK = 0,
    CHECK_LIST_LINKS,      // slots of the derivation list point at each other; the list ends, and holds no empty slot
    CHECK_LIST_COMPLETE,   // a capability in a CNode or TCB slot is in the list, an empty slot is not
    CHECK_CAP_FORMAT,      // the capability's type exists, its fields make sense, its object is aligned to its size
    CHECK_OBJECT_PARENT,   // an object lies in an untyped exactly if it is derived from it
    CHECK_OBJECT_OVERLAP,  // different objects of one untyped, or of none, do not overlap
    CHECK_WATERMARK,       // an untyped's watermark covers its children
    CHECK_BADGE_ORDER,     // a badged capability is the first of its badge or follows one with the same badge
    CHECK_TCB_STATE,       // a thread's state is known, and fits the object it is blocked on and its Reply
    CHECK_READY_QUEUE,     // ready queues: links, flags, priorities, bitmaps; exactly the threads that are marked
    CHECK_RUNNABLE_QUEUED, // a schedulable thread is current or in its ready queue; a queued one is schedulable
    CHECK_CURRENT,         // each CPU's current thread and context belong together and may run
    CHECK_RELEASE_QUEUE,   // release queues: links, ordered by time, exactly the contexts that are marked
    CHECK_REFILLS,         // a context's refills are within its ring, ordered, and sum up to its budget
    CHECK_SC_LINKS,        // context <-> thread, context <-> notification, context <-> head of its call stack
    CHECK_ENDPOINT,        // endpoint state agrees with its queue; the queue with the states of the threads in it
    CHECK_NOTIFICATION,    // the same for notifications, and notification <-> bound thread
    CHECK_BLOCKED_QUEUED,  // every thread blocked on an endpoint or notification is in its queue
    CHECK_REPLY,           // reply <-> thread, and the call stack's links both ways
    CHECK_IPC_BUFFER,      // the kernel's pointer to an IPC buffer is the frame of the TCB's buffer slot
    CHECK_ASID,            // every assigned ASID names an address space that has a capability recording it
    CHECK_MAPPING,         // every valid user entry has the capability (frame, table) that recorded it
    CHECK_IRQ,             // interrupt handlers' slots hold notifications or nothing
    CHECK_NR_INVARIANTS
};

// The first broken invariant, or CHECK_OK; a broken one is logged.
word_t check_invariants(void);
// The invariant's name, for logs and tests.
const char *check_invariant_name(word_t invariant);
