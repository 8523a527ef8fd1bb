// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// What the entry code calls. Each function returns to the exit window, which restores struct thread's registers.

#include "layer.h"

#include <kn/stubs.h>

#include "dispatch.h"
#include "trona/string.h"

void layer_handle_upcall(struct thread *t);
void layer_handle_inner_fault(struct thread *t);
void layer_handle_pending(struct thread *t);

extern const char layer_window_start[], layer_window_end[];

// An address of the program in a region that allows the access has no page behind it: SIGBUS. Else SIGSEGV.
static void vm_siginfo(word_t addr, word_t access, struct lx_siginfo *info)
{
    static const word_t needed[] = {[KN_VM_ACCESS_READ] = LX_PROT_READ,
                                    [KN_VM_ACCESS_WRITE] = LX_PROT_WRITE,
                                    [KN_VM_ACCESS_EXECUTE] = LX_PROT_EXEC};
    word_t start, end, prot;
    info->signo = LX_SIGSEGV;
    info->code = LX_SEGV_MAPERR;
    for (word_t i = 0; is_user_range(addr, 1) && kn_mm_maps(MM, 0, i, &start, &end, &prot, NULL, NULL, NULL) == 0;
         i++) {
        if (addr >= end)
            continue;
        if (addr < start)
            break;
        info->code = LX_SEGV_ACCERR;
        if (access <= KN_VM_ACCESS_EXECUTE && prot & needed[access]) {
            info->signo = LX_SIGBUS;
            info->code = LX_BUS_ADRERR;
        }
        break;
    }
    memcpy(&info->pid, &addr, sizeof addr);
}

static void fault_signal(struct thread *t)
{
    const struct kn_ipc_buffer *b = kn_ipc_buffer();
    struct lx_siginfo info = {0};
    word_t label = b->upcall_fault_label, word0 = b->upcall_fault_word[0], word1 = b->upcall_fault_word[1];
    word_t code = b->upcall_fault_word[2];
    if (label == KN_FAULT_VM) {
        t->fault = (struct fault_detail){word0, ARCH_PAGE_FAULT, code};
        vm_siginfo(word0, word1, &info);
    } else {
        if (label == KN_FAULT_DEBUG) { // a break instruction: breakpoints are their debugger's
            word0 = ARCH_BREAK;
            word1 = 0;
        }
        t->fault = (struct fault_detail){regs_pc(&t->regs), word0, word1};
        exception_siginfo(word0, word1, regs_pc(&t->regs), &info);
    }
    signal_force(t, &info);
}

static void handle_fault(struct thread *t)
{
    word_t label = kn_ipc_buffer()->upcall_fault_label;
    if (label == KN_FAULT_CAP || label == KN_FAULT_UNKNOWN_SYSCALL) {
        // A number of the kernel's own system calls, which Linux does not have.
        if (label == KN_FAULT_CAP)
            regs_set_pc(&t->regs, regs_pc(&t->regs) + SYSCALL_BYTES);
        regs_set_result(&t->regs, (word_t)-LX_ENOSYS);
        return;
    }
    fault_signal(t);
}

// Before the look at the signals: a kick from now on is seen in the exit window. The kernel writes the word while this thread
// does not run, so only the compiler could change the order.
static void clear_kick(void)
{
    __atomic_store_n(&kn_ipc_buffer()->upcall_pending, 0, __ATOMIC_RELAXED);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

void layer_handle_upcall(struct thread *t)
{
    word_t cause = kn_ipc_buffer()->upcall_cause;
    bool is_call = false;
    if (cause == KN_UPCALL_CAUSE_SYSCALL)
        is_call = dispatch(t);
    else if (cause == KN_UPCALL_CAUSE_FAULT)
        handle_fault(t);
    clear_kick();
    signal_deliver(t, is_call);
}

void layer_handle_pending(struct thread *t)
{
    clear_kick();
    signal_deliver(t, false);
}

// A fault inside the range without recovery: at the end of the exit window the program's PC or flags were at fault, and
// its registers are still in struct thread. Anything else is the layer's own: the process ends.
void layer_handle_inner_fault(struct thread *t)
{
    word_t pc = kn_ipc_buffer()->upcall_pc;
    if (pc >= (word_t)layer_window_start && pc < (word_t)layer_window_end) {
        fault_signal(t);
        signal_deliver(t, false);
        return;
    }
    debug_log("layer: fault %lu at %lx: %lx %lx %lx", kn_ipc_buffer()->upcall_fault_label, pc,
              kn_ipc_buffer()->upcall_fault_word[0], kn_ipc_buffer()->upcall_fault_word[1],
              kn_ipc_buffer()->upcall_fault_word[2]);
    process_exit(t, LX_SIGSEGV);
}
