// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Switching threads. Address space, FS base, GS base and FPU state of the CPU's current thread are live on it; the others'
// are in their TCBs. Users may write FS base (and GS base) by themselves, so FS base is read back when a thread is
// switched away. The idle thread is switched like any other: it has values for all of these, and uses none.
//
// A thread that is destroyed in its own kernel entry is still saved to at the exit of that entry: nothing can have reused
// its memory by then.

#include "switch.h"

#include <machine/instructions.h>

#include "arch/api/context.h"
#include "arch/api/cpu.h"
#include "arch/x86_64/debug.h"
#include "arch/x86_64/descriptors.h"
#include "arch/x86_64/fpu.h"
#include "object/asid.h"
#include "object/tcb.h"

static word_t kernel_root; // [I] CR3

void x86_64_set_kernel_root(paddr_t root)
{
    kernel_root = root.raw;
    x86_64_write_cr3(root.raw);
}

void x86_64_enter_kernel_root(void) { x86_64_write_cr3(kernel_root); }

bool x86_64_is_live(const struct tcb *t) { return this_cpu()->current == t; }

// A thread without an address space runs in the kernel's, where its first fetch faults.
word_t arch_root_of(struct cap vspace)
{
    word_t root = asid_root_of(vspace);
    return root ? root : kernel_root;
}

void x86_64_reload_root(void) { x86_64_write_cr3(arch_root_of(this_cpu()->current->slots[TCB_VSPACE].cap)); }

ALWAYS_INLINE void arch_update_vspace(struct tcb *t)
{
    if (x86_64_read_cr3() != t->spaces.root)
        x86_64_write_cr3(t->spaces.root);
}

ALWAYS_INLINE void arch_switch_to(struct tcb *t)
{
    struct cpu *cpu = this_cpu();
    struct tcb *old = cpu->current;
    old->context.fs_base = x86_64_rdfsbase();
    arch_update_vspace(t);
    x86_64_set_entry_stack(cpu, (word_t)(&t->context + 1));
    x86_64_wrfsbase(t->context.fs_base);
    arch_update_thread_block(t);
    word_t extra = old->extra_state | t->extra_state;
    if (UNLIKELY(extra)) {
        if (UNLIKELY(extra & EXTRA_STATE_DEBUG))
            x86_64_debug_switch(t);
        x86_64_fpu_switch(old, t);
    }
}

ALWAYS_INLINE void arch_update_thread_block(struct tcb *t) { x86_64_wrgsbase_user(t->ipc_buffer); }

vaddr_t x86_64_tls_base(const struct tcb *t) { return x86_64_is_live(t) ? x86_64_rdfsbase() : t->context.fs_base; }

void arch_set_tls_base(struct tcb *t, vaddr_t base)
{
    t->context.fs_base = x86_64_canonical(base);
    if (x86_64_is_live(t))
        x86_64_wrfsbase(t->context.fs_base);
}
