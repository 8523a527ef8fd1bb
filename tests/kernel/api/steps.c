// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "steps.h"

static kn_word_t nothing(struct thread *t) { return t->arg[0]; }

struct steps steps_new(void)
{
    struct steps s = {.thread = thread_new(nothing), .endpoint = make_endpoint(), .reply = make_reply()};
    thread_set_fault_endpoint(s.thread, s.endpoint);
    return s;
}

void steps_wait(struct steps *s) { s->fault = receive(s->endpoint, s->reply); }

void steps_start(struct steps *s, const struct kn_registers *registers)
{
    CHECK_OK(kn_tcb_suspend(s->thread->tcb)); // takes back its fault, if one is open
    CHECK_OK(kn_tcb_write_registers(s->thread->tcb, KN_REGISTER_FLAG_SUSPEND_OR_RESUME, KN_NR_REGISTERS, registers));
    steps_wait(s);
}

void steps_resume(struct steps *s, kn_word_t length)
{
    s->fault.info = kn_msg_info_new(KN_FAULT_REPLY_RESUME, 0, 0, length);
    kn_send(s->reply, &s->fault);
    steps_wait(s);
}

struct kn_registers steps_registers(const struct steps *s)
{
    struct kn_registers r;
    CHECK_OK(kn_tcb_read_registers(s->thread->tcb, 0, KN_NR_REGISTERS, &r));
    return r;
}

bool steps_is_end(const struct steps *s) { return label_of(&s->fault) == KN_FAULT_UNKNOWN_SYSCALL; }

bool steps_is_exception(const struct steps *s, kn_word_t number)
{
    return label_of(&s->fault) == KN_FAULT_USER_EXCEPTION && steps_word(s, KN_FAULT_USER_EXCEPTION_NUMBER) == number;
}

bool steps_is_debug(const struct steps *s, kn_word_t reason)
{
    return label_of(&s->fault) == KN_FAULT_DEBUG && steps_word(s, KN_FAULT_DEBUG_REASON) == reason;
}

bool steps_is_vm_fault(const struct steps *s, kn_word_t addr, kn_word_t access)
{
    return label_of(&s->fault) == KN_FAULT_VM && steps_word(s, KN_FAULT_VM_ADDR) == addr &&
           steps_word(s, KN_FAULT_VM_ACCESS) == access;
}
