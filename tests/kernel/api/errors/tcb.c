// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "provoke.h"

#define MCP 10

static kn_cptr_t make_tcb(void) { return make(KN_OBJECT_TYPE_TCB, 0); }

static kn_cptr_t tcb_with_mcp(void)
{
    kn_cptr_t tcb = make_tcb();
    CHECK_OK(kn_tcb_set_mc_priority(tcb, MCP, KN_INIT_CAP_TCB));
    return tcb;
}

#define REGISTER_ERRORS(method)                                                                                        \
    ERROR(method, flags) { c->flags = KN_REGISTER_FLAG_MASK + 1; }                                                     \
    ERROR(method, self) { c->tcb = self->tcb; }

VALID(tcb_read_registers)
{
    c->tcb = make_tcb();
    c->count = 1;
}

REGISTER_ERRORS(tcb_read_registers)
ERROR(tcb_read_registers, too_many) { c->count = KN_NR_REGISTERS + 1; }

VALID(tcb_write_registers)
{
    c->tcb = make_tcb();
    c->count = KN_NR_REGISTERS;
}

REGISTER_ERRORS(tcb_write_registers)
ERROR(tcb_write_registers, too_many) { c->count = KN_NR_REGISTERS + 1; }
ERROR(tcb_write_registers, registers_missing) { send_words(2 + KN_NR_REGISTERS - 1); }

VALID(tcb_copy_registers)
{
    c->tcb = make_tcb();
    c->source = make_tcb();
}

REGISTER_ERRORS(tcb_copy_registers)
ERROR(tcb_copy_registers, same) { c->source = v->tcb; }

#define CSPACE_ERRORS(method)                                                                                          \
    ERROR(method, no_cnode) { c->cspace_root = make_endpoint(); }                                                      \
    ERROR(method, guard) { c->cspace_root_data = kn_cnode_guard_new(0, KN_WORD_BITS - 1); }                            \
    ERROR(method, no_vspace) { c->vspace_root = make(KN_OBJECT_TYPE_VSPACE, 0); }

#define BUFFER_ERRORS(method, frame)                                                                                   \
    ERROR(method, no_buffer_frame) { c->frame = with_rights(v->frame, KN_RIGHTS_READ); }                               \
    ERROR(method, buffer_alignment) { c->buffer += sizeof(kn_word_t); }                                                \
    ERROR(method, buffer_address) { c->buffer += KN_USER_TOP - TEST_VADDR; }

VALID(tcb_configure)
{
    c->tcb = make_tcb();
    c->buffer = TEST_VADDR;
    c->cspace_root = ROOT;
    c->vspace_root = KN_INIT_CAP_VSPACE;
    c->buffer_frame = make_frame();
}

CSPACE_ERRORS(tcb_configure)
BUFFER_ERRORS(tcb_configure, buffer_frame)

VALID(tcb_set_ipc_buffer)
{
    c->tcb = make_tcb();
    c->buffer = TEST_VADDR;
    c->frame = make_frame();
}

BUFFER_ERRORS(tcb_set_ipc_buffer, frame)

VALID(tcb_set_space)
{
    c->tcb = make_tcb();
    c->fault_endpoint = make_endpoint();
    c->cspace_root = ROOT;
    c->vspace_root = KN_INIT_CAP_VSPACE;
}

CSPACE_ERRORS(tcb_set_space)
ERROR(tcb_set_space, fault_endpoint) { c->fault_endpoint = with_rights(v->fault_endpoint, READ_WRITE); }

VALID(tcb_set_timeout_endpoint)
{
    c->tcb = make_tcb();
    c->endpoint = make_endpoint();
}

ERROR(tcb_set_timeout_endpoint, endpoint) { c->endpoint = make_notification(); }

// PRIORITY is more than the authority may give.
#define ABOVE_MCP(c, priority)                                                                                         \
    do {                                                                                                               \
        (c)->authority = tcb_with_mcp();                                                                               \
        (c)->priority = MCP + 1;                                                                                       \
        expect(1, MCP);                                                                                                \
    } while (0)

VALID(tcb_set_priority)
{
    c->tcb = make_tcb();
    c->authority = KN_INIT_CAP_TCB;
}

ERROR(tcb_set_priority, above_mcp) { ABOVE_MCP(c, priority); }

VALID(tcb_set_mc_priority)
{
    c->tcb = make_tcb();
    c->authority = KN_INIT_CAP_TCB;
}

ERROR(tcb_set_mc_priority, above_mcp) { ABOVE_MCP(c, mcp); }

VALID(tcb_set_sched_params)
{
    c->tcb = make_tcb();
    c->authority = KN_INIT_CAP_TCB;
    c->sched_context = make_sched_context(SLICE_US, SLICE_US);
    c->fault_endpoint = make_endpoint();
}

ERROR(tcb_set_sched_params, mcp_above_mcp) { ABOVE_MCP(c, mcp); }
ERROR(tcb_set_sched_params, priority_above_mcp) { ABOVE_MCP(c, priority); }

ERROR(tcb_set_sched_params, own_context)
{
    c->tcb = self->tcb;
    c->sched_context = KN_INIT_CAP_NULL;
}

ERROR(tcb_set_sched_params, no_sched_context) { c->sched_context = make_endpoint(); }
ERROR(tcb_set_sched_params, bound) { CHECK_OK(kn_sched_context_bind(v->sched_context, make_tcb())); }
ERROR(tcb_set_sched_params, fault_endpoint) { c->fault_endpoint = make_notification(); }

VALID(tcb_bind_notification)
{
    c->tcb = make_tcb();
    c->notification = make_notification();
}

static kn_word_t wait_for(struct thread *t) { return wait(t->arg[0]).badge; }

ERROR(tcb_bind_notification, tcb_bound) { CHECK_OK(kn_tcb_bind_notification(v->tcb, make_notification())); }

ERROR(tcb_bind_notification, notification_bound)
{
    c->notification = make_notification();
    CHECK_OK(kn_tcb_bind_notification(make_tcb(), c->notification));
}

ERROR(tcb_bind_notification, notification_waited_for) { thread_spawn(wait_for, v->notification, 0); }
ERROR(tcb_bind_notification, no_read) { c->notification = with_rights(v->notification, KN_RIGHTS_WRITE); }

VALID(tcb_unbind_notification)
{
    c->tcb = make_tcb();
    CHECK_OK(kn_tcb_bind_notification(c->tcb, make_notification()));
}

ERROR(tcb_unbind_notification, not_bound) { c->tcb = make_tcb(); }

VALID(tcb_set_tls_base) { c->tcb = make_tcb(); }

VALID(tcb_set_flags) { c->tcb = make_tcb(); }

ERROR(tcb_set_flags, clear) { c->clear = KN_TCB_FLAG_MASK + 1; }
ERROR(tcb_set_flags, set) { c->set = KN_TCB_FLAG_MASK + 1; }

VALID(tcb_set_upcall)
{
    c->tcb = make_tcb();
    c->entry = 0x10000;
    c->range_start = 0x20000;
    c->range_end = 0x30000;
    c->window_start = 0x21000;
    c->window_end = 0x22000;
}

ERROR(tcb_set_upcall, entry) { c->entry = KN_USER_TOP; }
ERROR(tcb_set_upcall, range_start) { c->range_start = ~0ul; }
ERROR(tcb_set_upcall, range_end) { c->range_end = KN_USER_TOP + 1; }
ERROR(tcb_set_upcall, window_start) { c->window_start = v->range_start - 1; }
ERROR(tcb_set_upcall, window_end) { c->window_end = KN_USER_TOP + 2; }

VALID(tcb_kick)
{
    c->tcb = make_tcb();
    CHECK_OK(kn_tcb_set_upcall(c->tcb, 0x10000, 0x20000, 0x30000, 0x21000, 0x22000));
}

ERROR(tcb_kick, no_upcall) { c->tcb = make_tcb(); }
