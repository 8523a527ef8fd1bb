// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Switching threads. Address space, FS base, GS base and FPU state of one thread are live on a CPU; the others' are in
// their TCBs. Users may write FS base (and GS base) by themselves, so FS base is read back when a thread is switched away.
//
// live is always the CPU's current thread as of the last kernel exit. A thread that is destroyed in its own kernel entry
// is still saved to at the exit of that entry: nothing can have reused its memory by then.

#include "switch.h"

#include <machine/instructions.h>

#include "arch/api/context.h"
#include "arch/api/cpu.h"
#include "arch/x86_64/descriptors.h"
#include "arch/x86_64/features.h"
#include "arch/x86_64/fpu.h"
#include "object/asid.h"
#include "object/tcb.h"

static struct tcb *live[KERNEL_MAX_CPUS]; // [c] NULL until the first switch
static word_t kernel_root;                // [I] CR3

static bool is_idle(const struct tcb *t) { return t->context.regs.cs == 0; }

void x86_64_set_kernel_root(paddr_t root)
{
    kernel_root = root.raw;
    x86_64_write_cr3(root.raw);
}

bool x86_64_is_live(const struct tcb *t) { return live[this_cpu()->id] == t; }

static word_t read_fs_base(void)
{
    return x86_64_features.has_fsgsbase ? x86_64_rdfsbase() : x86_64_rdmsr(MSR_FS_BASE);
}

static void write_fs_base(word_t base)
{
    if (x86_64_features.has_fsgsbase)
        x86_64_wrfsbase(base);
    else
        x86_64_wrmsr(MSR_FS_BASE, base);
}

// The root that T runs in. A thread without an address space runs in the kernel's, where its first fetch faults.
static word_t thread_root(const struct tcb *t)
{
    struct cap vspace = t->slots[TCB_VSPACE].cap;
    paddr_t root;
    if (cap_type(vspace) != KN_CAP_TYPE_VSPACE || !cap_is_mapped(vspace))
        return kernel_root;
    // A mapping record outlives its ASID: the table decides.
    if (!asid_lookup(cap_map_asid(vspace), &root) || root.raw != cap_paddr(vspace).raw)
        return kernel_root;
    return root.raw;
}

static void load_root(word_t root)
{
    if (x86_64_read_cr3() != root)
        x86_64_write_cr3(root);
}

void x86_64_reload_root(void)
{
    const struct tcb *t = live[this_cpu()->id];
    x86_64_write_cr3(t ? thread_root(t) : kernel_root);
}

static void save(struct tcb *t)
{
    t->context.fs_base = read_fs_base();
    if (t->is_fpu_user)
        x86_64_fpu_save(t);
}

void arch_switch_to(struct tcb *t)
{
    struct cpu *cpu = this_cpu();
    struct tcb *old = live[cpu->id];
    load_root(thread_root(t));
    if (old == t) {
        arch_update_thread_block(t);
        return;
    }
    if (old && !is_idle(old))
        save(old);
    live[cpu->id] = t;
    if (is_idle(t))
        return;
    x86_64_set_entry_stack(cpu, (word_t)(&t->context + 1));
    write_fs_base(t->context.fs_base);
    arch_update_thread_block(t);
    x86_64_fpu_switch_to(t);
}

void arch_update_thread_block(struct tcb *t)
{
    word_t base = x86_64_canonical(t->ipc_buffer);
    if (x86_64_features.has_fsgsbase)
        x86_64_wrgsbase_user(base);
    else
        x86_64_wrmsr(MSR_KERNEL_GS_BASE, base);
}

vaddr_t x86_64_tls_base(const struct tcb *t) { return x86_64_is_live(t) ? read_fs_base() : t->context.fs_base; }

void arch_set_tls_base(struct tcb *t, vaddr_t base)
{
    t->context.fs_base = x86_64_canonical(base);
    if (x86_64_is_live(t))
        write_fs_base(t->context.fs_base);
}
