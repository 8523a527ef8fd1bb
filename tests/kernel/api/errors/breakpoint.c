// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "provoke.h"

#define NOTHING 77 // no type, no access

static kn_cptr_t make_tcb(void) { return make(KN_OBJECT_TYPE_TCB, 0); }

VALID(tcb_set_breakpoint)
{
    c->tcb = make_tcb();
    c->bp_num = KN_FIRST_WATCHPOINT;
    c->vaddr = 0x10000;
    c->type = KN_BREAKPOINT_TYPE_DATA;
    c->size = 8;
    c->rw = KN_BREAKPOINT_ACCESS_WRITE;
}

ERROR(tcb_set_breakpoint, type) { c->type = NOTHING; }

ERROR(tcb_set_breakpoint, bp_num)
{
    c->bp_num = KN_NR_BREAKPOINTS;
    expect(0, KN_FIRST_WATCHPOINT);
    expect(1, KN_NR_BREAKPOINTS - 1);
}

ERROR(tcb_set_breakpoint, size) { c->size = 3; }
ERROR(tcb_set_breakpoint, rw) { c->rw = NOTHING; }

ERROR(tcb_set_breakpoint, alignment)
{
    c->vaddr += 1;
    expect(0, 3);
}

ERROR(tcb_set_breakpoint, vaddr) { c->vaddr = KN_USER_TOP; }

#define NUMBER_ERROR(method)                                                                                           \
    ERROR(method, bp_num)                                                                                              \
    {                                                                                                                  \
        c->bp_num = KN_NR_BREAKPOINTS;                                                                                 \
        expect(1, KN_NR_BREAKPOINTS - 1);                                                                              \
    }

VALID(tcb_get_breakpoint) { c->tcb = make_tcb(); }
NUMBER_ERROR(tcb_get_breakpoint)

VALID(tcb_unset_breakpoint) { c->tcb = make_tcb(); }
NUMBER_ERROR(tcb_unset_breakpoint)

VALID(tcb_configure_single_stepping) { c->tcb = make_tcb(); }
NUMBER_ERROR(tcb_configure_single_stepping)
