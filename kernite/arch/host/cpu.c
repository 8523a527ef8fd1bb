// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include <stdio.h>
#include <stdlib.h>

#include "arch/api/cpu.h"
#include "arch/api/mmu.h"
#include "arch/host/host.h"
#include "core/entry.h"
#include "core/fastpath.h"
#include "object/asid.h"
#include "object/tcb.h"

word_t host_cpu;

void host_select_cpu(word_t cpu) { host_cpu = cpu; }

void arch_update_thread_block(struct tcb *t)
{
    host.cpu[host_cpu].thread_block = t->ipc_buffer;
    host.cpu[host_cpu].tls_base = t->context.reg[KN_REG_TLS_BASE];
}

word_t arch_root_of(struct cap vspace)
{
    word_t root = asid_root_of(vspace);
    return root ? arch_root(cap_map_asid(vspace), (paddr_t){root}) : 0;
}

void arch_update_vspace(struct tcb *t)
{
    word_t live = host.cpu[host_cpu].root << HOST_ASID_BITS | host.cpu[host_cpu].asid;
    if (host.is_tlb_private && live != t->spaces.root)
        arch_tlb_flush_user();
    host.cpu[host_cpu].root = t->spaces.root >> HOST_ASID_BITS;
    host.cpu[host_cpu].asid = t->spaces.root & MASK(HOST_ASID_BITS);
}

void arch_switch_to(struct tcb *t)
{
    arch_update_vspace(t);
    arch_update_thread_block(t);
    if (this_cpu()->current->is_debugged || t->is_debugged)
        host_debug_switch(t);
}

struct tcb *host_syscall(word_t number)
{
    struct tcb *next = NULL;
    if (host_uses_fastpath && number == KN_SYS_CALL)
        next = fastpath_call(this_cpu());
    else if (host_uses_fastpath && number == KN_SYS_REPLY_RECV)
        next = fastpath_reply_recv(this_cpu());
    return next ? next : kernel_syscall(number);
}

void arch_idle_thread_init(struct tcb *t) { t->context = (struct arch_context){0}; }

void arch_halt(word_t status)
{
    host.halt_status = status;
    if (host.on_halt)
        longjmp(*host.on_halt, 1);
    fprintf(stderr, "host: the kernel halted with status %lu\n", (unsigned long)status);
    abort();
}

void arch_log_putchar(char c)
{
    if (host.is_log_echoed)
        fputc(c, stderr);
}
