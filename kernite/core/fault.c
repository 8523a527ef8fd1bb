// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Faults. A fault is recorded in the thread and sent to its fault endpoint (timeouts: to its timeout endpoint) like a
// Call: the thread waits until a receiver takes the message and then until that answers it. The message is made when it
// is taken, from the record and the registers. The answer's label decides:
//
//   RESUME   the thread goes on; for UNKNOWN_SYSCALL and USER_EXCEPTION the answer's words are written to the registers;
//            for DEBUG with reason SINGLE_STEP its first one is the number of steps to come
//   UPCALL   the thread makes an upcall with cause FAULT; inactive if it has no upcall or no IPC buffer
//   other    the thread is inactive
//
// Nobody supervises the root task: if boot's own thread faults without a handler, the machine ends with HALT_ROOT_DIED.
//
// PC of a faulted thread is the instruction that faulted; a system call with a capability fault is executed again when
// the thread goes on. Only UNKNOWN_SYSCALL has PC behind the instruction. A thread without a handler becomes inactive
// and the log says so.
//
// I1  fault.label is other than KN_FAULT_NULL only between the fault and its answer: see object/endpoint.c I4.
// I2  A timeout fault is not sent along with the context whose budget is used up.

#include "core/fault.h"

#include "arch/api/context.h"
#include "arch/api/cpu.h"
#include "arch/api/mmu.h"
#include "core/ipc.h"
#include "core/scheduler.h"
#include "debug/log.h"
#include "object/endpoint.h"
#include "object/sched_context.h"
#include "object/tcb.h"

// Registers that a USER_EXCEPTION message shows in front of its other words, and its answer writes.
static const unsigned char exception_register[KN_FAULT_USER_EXCEPTION_REPLY_LENGTH] = {
    [KN_FAULT_USER_EXCEPTION_PC] = ARCH_REG_PC,
    [KN_FAULT_USER_EXCEPTION_SP] = ARCH_REG_SP,
    [KN_FAULT_USER_EXCEPTION_FLAGS] = ARCH_REG_FLAGS,
};

#define HALT_ROOT_DIED 2 // as for any essential server: docs/exit-codes.md

static bool has_handler(const struct tcb *t, enum tcb_slot slot)
{
    struct cap cap = t->slots[slot].cap;
    word_t rights = cap_rights(cap);
    return cap_type(cap) == KN_CAP_TYPE_ENDPOINT && (rights & KN_RIGHTS_WRITE) &&
           (rights & (KN_RIGHTS_GRANT | KN_RIGHTS_GRANT_REPLY));
}

static void send_fault(struct tcb *t, enum tcb_slot slot, bool can_donate)
{
    struct cap cap = t->slots[slot].cap;
    if (!has_handler(t, slot)) {
        klog("thread %p: fault %lu (%lx %lx) at %lx has no handler, the thread stops\n", (void *)t, t->fault.label,
             t->fault.word[0], t->fault.word[1], arch_get_pc(&t->context));
        if (t->is_root) {
            klog("boot/init has died, and nobody is there to go on without it\n");
            arch_halt(HALT_ROOT_DIED);
        }
        t->rewind_on_cancel = ipc_is_behind_instruction(t);
        ipc_abandon(t);
        return;
    }
    endpoint_send(cap_object(cap), t, true, true, cap_badge(cap), cap_rights(cap) & KN_RIGHTS_GRANT,
                  cap_rights(cap) & KN_RIGHTS_GRANT_REPLY, can_donate);
}

void fault_vm(struct tcb *t, vaddr_t addr, word_t access, word_t code)
{
    t->fault = (struct fault){KN_FAULT_VM, {addr, access, code}};
    send_fault(t, TCB_FAULT_ENDPOINT, true);
}

void fault_user_exception(struct tcb *t, word_t number, word_t code)
{
    t->fault = (struct fault){KN_FAULT_USER_EXCEPTION, {number, code}};
    send_fault(t, TCB_FAULT_ENDPOINT, true);
}

NOINLINE void fault_debug(struct tcb *t, word_t reason, vaddr_t address, word_t number)
{
    t->fault = (struct fault){KN_FAULT_DEBUG, {reason, address, number}};
    send_fault(t, TCB_FAULT_ENDPOINT, true);
}

void fault_unknown_syscall(struct tcb *t, word_t number)
{
    t->fault = (struct fault){KN_FAULT_UNKNOWN_SYSCALL, {number}};
    send_fault(t, TCB_FAULT_ENDPOINT, true);
}

void fault_capability(struct tcb *t, cptr_t address, bool in_receive, const struct lookup_failure *failure)
{
    arch_rewind_syscall(&t->context);
    t->fault = (struct fault){KN_FAULT_CAP, {address, in_receive, failure->type, failure->word[0], failure->word[1],
                                             failure->word[2]}};
    send_fault(t, TCB_FAULT_ENDPOINT, true);
}

void fault_lookup(struct tcb *t, cptr_t address, bool in_receive)
{
    struct lookup_failure failure = cspace_lookup(t, address).failure;
    fault_capability(t, address, in_receive, &failure);
}

bool fault_has_timeout_handler(const struct tcb *t)
{
    return has_handler(t, TCB_TIMEOUT_ENDPOINT);
}

void fault_timeout(struct tcb *t, word_t data)
{
    t->fault = (struct fault){KN_FAULT_TIMEOUT, {data, sched_context_take_consumed_us(t->sc)}};
    send_fault(t, TCB_TIMEOUT_ENDPOINT, false);
}

static word_t set_cap_message(const struct tcb *t, struct tcb *receiver)
{
    const struct fault *f = &t->fault;
    set_message_word(receiver, KN_FAULT_CAP_PC, arch_get_pc(&t->context));
    set_message_word(receiver, KN_FAULT_CAP_ADDRESS, f->word[0]);
    set_message_word(receiver, KN_FAULT_CAP_IN_RECEIVE, f->word[1]);
    set_message_word(receiver, KN_FAULT_CAP_FAILURE, f->word[2]);
    set_message_word(receiver, KN_FAULT_CAP_WORD0, f->word[3]);
    set_message_word(receiver, KN_FAULT_CAP_WORD1, f->word[4]);
    set_message_word(receiver, KN_FAULT_CAP_WORD2, f->word[5]);
    return KN_FAULT_CAP_LENGTH;
}

static word_t set_vm_message(const struct tcb *t, struct tcb *receiver)
{
    set_message_word(receiver, KN_FAULT_VM_PC, arch_get_pc(&t->context));
    set_message_word(receiver, KN_FAULT_VM_ADDR, t->fault.word[0]);
    set_message_word(receiver, KN_FAULT_VM_ACCESS, t->fault.word[1]);
    set_message_word(receiver, KN_FAULT_VM_CODE, t->fault.word[2]);
    return KN_FAULT_VM_LENGTH;
}

static word_t set_syscall_message(const struct tcb *t, struct tcb *receiver)
{
    for (word_t i = 0; i < KN_FAULT_UNKNOWN_SYSCALL_LENGTH; i++)
        set_message_word(receiver, i, i == KN_FAULT_UNKNOWN_SYSCALL_SYSCALL ? t->fault.word[0] : arch_unknown_syscall_word(t, i));
    return KN_FAULT_UNKNOWN_SYSCALL_LENGTH;
}

static word_t set_exception_message(const struct tcb *t, struct tcb *receiver)
{
    set_message_word(receiver, KN_FAULT_USER_EXCEPTION_PC, arch_get_pc(&t->context));
    set_message_word(receiver, KN_FAULT_USER_EXCEPTION_SP, arch_get_sp(&t->context));
    set_message_word(receiver, KN_FAULT_USER_EXCEPTION_FLAGS, arch_get_flags(&t->context));
    set_message_word(receiver, KN_FAULT_USER_EXCEPTION_NUMBER, t->fault.word[0]);
    set_message_word(receiver, KN_FAULT_USER_EXCEPTION_CODE, t->fault.word[1]);
    return KN_FAULT_USER_EXCEPTION_LENGTH;
}

static word_t set_debug_message(const struct tcb *t, struct tcb *receiver)
{
    set_message_word(receiver, KN_FAULT_DEBUG_PC, arch_get_pc(&t->context));
    set_message_word(receiver, KN_FAULT_DEBUG_REASON, t->fault.word[0]);
    set_message_word(receiver, KN_FAULT_DEBUG_TRIGGER_ADDRESS, t->fault.word[1]);
    set_message_word(receiver, KN_FAULT_DEBUG_BP_NUM, t->fault.word[2]);
    return KN_FAULT_DEBUG_LENGTH;
}

static word_t set_timeout_message(const struct tcb *t, struct tcb *receiver)
{
    set_message_word(receiver, KN_FAULT_TIMEOUT_DATA, t->fault.word[0]);
    set_message_word(receiver, KN_FAULT_TIMEOUT_CONSUMED, t->fault.word[1]);
    return KN_FAULT_TIMEOUT_LENGTH;
}

word_t fault_set_message(struct tcb *t, struct tcb *receiver)
{
    word_t length = 0;
    switch (t->fault.label) {
    case KN_FAULT_CAP: length = set_cap_message(t, receiver); break;
    case KN_FAULT_VM: length = set_vm_message(t, receiver); break;
    case KN_FAULT_UNKNOWN_SYSCALL: length = set_syscall_message(t, receiver); break;
    case KN_FAULT_USER_EXCEPTION: length = set_exception_message(t, receiver); break;
    case KN_FAULT_DEBUG: length = set_debug_message(t, receiver); break;
    case KN_FAULT_TIMEOUT: length = set_timeout_message(t, receiver); break;
    }
    return length > KN_MSG_REGISTERS && !receiver->ipc_buffer_kernel ? KN_MSG_REGISTERS : length;
}

// RESUME: the registers that the answer gives.
static void write_registers(struct tcb *t, const struct tcb *sender, word_t length)
{
    if (t->fault.label == KN_FAULT_UNKNOWN_SYSCALL) {
        for (word_t i = 0; i < length && i < KN_FAULT_UNKNOWN_SYSCALL_REPLY_LENGTH; i++)
            arch_set_unknown_syscall_word(t, i, message_word(sender, i));
    } else if (t->fault.label == KN_FAULT_USER_EXCEPTION) {
        for (word_t i = 0; i < length && i < KN_FAULT_USER_EXCEPTION_REPLY_LENGTH; i++)
            arch_set_register(t, exception_register[i], message_word(sender, i));
    } else if (t->fault.label == KN_FAULT_DEBUG) {
        tcb_resume_stepping(t, sender, length);
    }
}

// UPCALL: what the runtime is told.
static bool enter_upcall(struct tcb *t)
{
    if (!upcall_is_set(t) || !upcall_enter(t, KN_UPCALL_CAUSE_FAULT))
        return false;
    struct kn_ipc_buffer *buffer = t->ipc_buffer_kernel;
    buffer->upcall_fault_label = t->fault.label;
    for (word_t i = 0; i < ARRAY_SIZE(buffer->upcall_fault_word); i++)
        buffer->upcall_fault_word[i] = t->fault.word[i];
    return true;
}

void fault_resume(struct tcb *t, const struct tcb *sender, word_t length)
{
    write_registers(t, sender, length);
    t->fault.label = KN_FAULT_NULL;
}

bool fault_handle_reply(struct tcb *t, struct tcb *sender, word_t label, word_t length)
{
    if (label == KN_FAULT_REPLY_UPCALL)
        return enter_upcall(t);
    if (label != KN_FAULT_REPLY_RESUME)
        return false;
    fault_resume(t, sender, length);
    return true;
}
