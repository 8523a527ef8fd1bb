// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "arch/api/cpu.h"

#include "arch/aarch64/cpu.h"
#include "arch/aarch64/debug.h"
#include "arch/aarch64/switch.h"
#include "arch/aarch64/sysreg.h"
#include "arch/api/context.h"
#include "arch/api/mmu.h"
#include "debug/log.h"
#include "driver/psci.h"
#include "driver/semihosting.h"
#include "object/tcb.h"

#define ASID_BITS_16 2        // ID_AA64MMFR0_EL1.ASIDBits

extern char kernel_stacks[KERNEL_MAX_CPUS][STACK_BYTES];
extern char aarch64_vectors[];
void aarch64_idle(void); // entry.S; never called

word_t aarch64_image_offset = 1; // boot.S; not 0, so that it is in .data

void aarch64_cpu_init(struct cpu *cpu)
{
    cpu->self = cpu;
    cpu->id = (word_t)(cpu - cpus);
    cpu->kernel_stack = (word_t)kernel_stacks[cpu->id] + STACK_BYTES;
    SYSREG_WRITE(vbar_el1, aarch64_vectors);
    SYSREG_WRITE(cpacr_el1, 0);
    aarch64_debug_init_cpu();
    SYSREG_WRITE(pmuserenr_el0, 0);
    SYSREG_WRITE(cntkctl_el1, CNTKCTL_EL0VCTEN);
    SYSREG_WRITE(contextidr_el1, 0);
    SYSREG_WRITE(ttbr0_el1, ptr_to_phys(aarch64_empty_root).raw);
    ISB();
    __asm__ volatile("tlbi vmalle1" : : : "memory"); // the boot code's identity map
    DSB(nsh);
    ISB();
    if (((SYSREG_READ(id_aa64mmfr0_el1) >> 4) & 0xf) < ASID_BITS_16)
        kpanic("the CPU has ASIDs of 8 bits only");
    if ((SYSREG_READ(id_aa64mmfr1_el1) >> 20) & 0xf) // PAN; from now on every exception sets it (SCTLR_EL1.SPAN is 0)
        __asm__ volatile(".arch_extension pan\n msr pan, #1");
}

void aarch64_cpu_start_user_counter(void)
{
    SYSREG_WRITE(pmccfiltr_el0, 0); // counts at EL0 and EL1
    SYSREG_WRITE(pmcntenset_el0, PMCNTENSET_CYCLES);
    SYSREG_WRITE(pmcr_el0, PMCR_ENABLE | PMCR_LONG_CYCLES);
    SYSREG_WRITE(pmuserenr_el0, PMUSERENR_READ_CYCLES);
    ISB();
}

void arch_idle_thread_init(struct tcb *t)
{
    arch_context_init(&t->context);
    t->context.pc = (word_t)aarch64_idle;
    t->context.spsr = SPSR_EL1H_INTERRUPTS_ON;
}

// docs/exit-codes.md. Without semihosting a failure stops the CPU: no power-off may look like success.
void arch_halt(word_t status)
{
    if (status)
        semihosting_exit(EXIT_STATUS(status));
    else
        smc_call(PSCI_SYSTEM_OFF, 0, 0, 0);
    for (;;)
        __asm__ volatile("wfi");
}

void arch_log_putchar(char c) { semihosting_putchar(c); }
