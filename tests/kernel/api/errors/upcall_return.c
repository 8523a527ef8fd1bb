// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The system call that aarch64 has for the return from an upcall.

#include "provoke.h"

static kn_word_t do_upcall_return([[maybe_unused]] struct thread *t) { kn_sys_upcall_return(); }

SYSCALL_ERROR(upcall_return, no_buffer)
{
    kn_cptr_t handler = make_endpoint();
    struct thread *t = thread_new(do_upcall_return);
    thread_set_fault_endpoint(t, handler);
    CHECK_OK(kn_tcb_set_ipc_buffer(t->tcb, 0, 0));
    thread_start(t);
    struct kn_msg m;
    kn_nb_recv(handler, make_reply(), &m);
    CHECK(label_of(&m) == KN_FAULT_UNKNOWN_SYSCALL);
    CHECK(kn_msg_get(&m, KN_FAULT_UNKNOWN_SYSCALL_SYSCALL) == (kn_word_t)KN_SYSCALL_NUMBER(KN_SYS_UPCALL_RETURN));
}
