// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What untyped, CNode deletion and boot need of every object type. Each function lives in the object's own file.

#include "core/derivation.h"

struct tcb;
struct endpoint;
struct notification;
struct reply;
struct sched_context;

// Fresh, cleared memory becomes the object. The other objects are nothing but clear memory at first.
void tcb_init(struct tcb *t);
void vspace_init(void *root);

// Finalisation, when the last capability goes (cap_delete). After it nothing refers to the object's memory.
// Those that can have many waiters or ASIDs are preemptible: KERR_PREEMPTED, call again.
kerr_t endpoint_cancel_all(struct endpoint *e);
kerr_t notification_cancel_all(struct notification *n);
kerr_t irq_handler_finalise(word_t irq);
kerr_t asid_pool_finalise(struct cap cap);
void notification_finalise(struct notification *n); // unbind thread and context
void reply_finalise(struct reply *r);               // a waiting caller resumes with LABEL_PEER_GONE
void sched_context_finalise(struct sched_context *sc);
void tcb_finalise(struct tcb *t);                   // suspend, unbind; its slots are emptied by the caller
// Interrupt IRQ, not the kernel timer's, has been taken and is not yet ended: signal its notification, and mask it if it
// is level-triggered or came before the Ack of the last one.
void irq_handler_interrupt(word_t irq);
void io_port_finalise(word_t first, word_t last);
// Not preemptible, bounded: removes the mapping that this capability records.
void frame_unmap(struct cap cap);
void page_table_finalise(struct cap cap);           // unhook from its parent table
void vspace_finalise(struct cap cap);               // give the ASID back
