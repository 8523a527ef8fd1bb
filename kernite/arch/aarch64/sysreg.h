// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// System registers: access from C, and the bits that the kernel sets.

#define SYSREG_READ(reg)                                         \
    ({                                                           \
        uint64_t sysreg_value;                                   \
        __asm__ volatile("mrs %0, " #reg : "=r"(sysreg_value));  \
        sysreg_value;                                            \
    })
#define SYSREG_WRITE(reg, value) __asm__ volatile("msr " #reg ", %0" : : "r"((uint64_t)(value)))

#define ISB() __asm__ volatile("isb" : : : "memory")
#define DSB(scope) __asm__ volatile("dsb " #scope : : : "memory")

// SCTLR_EL1. The kernel writes the whole register: what is not named here is off (no SVE, PAC, BTI or MTE for users).
#define SCTLR_M 0x1         // translation on
#define SCTLR_C 0x4         // data cacheable
#define SCTLR_SA 0x8        // stack pointer alignment, EL1
#define SCTLR_SA0 0x10      // the same, EL0
#define SCTLR_I 0x1000      // instructions cacheable
#define SCTLR_DZE 0x4000    // DC ZVA at EL0
#define SCTLR_UCT 0x8000    // CTR_EL0 at EL0
#define SCTLR_NTWI 0x10000  // WFI at EL0 does not trap
#define SCTLR_NTWE 0x40000  // WFE at EL0 does not trap
#define SCTLR_UCI 0x4000000 // cache maintenance by address at EL0
// RES1 or the older behaviour (ITD, SED, EOS, TSCXT, EIS, nTLSMD, LSMAOE). SPAN (bit 23) is 0: exceptions set PAN.
#define SCTLR_RES1 0x30500980
#define SCTLR_OFF SCTLR_RES1
#define SCTLR_ON (SCTLR_RES1 | SCTLR_M | SCTLR_C | SCTLR_SA | SCTLR_SA0 | SCTLR_I | SCTLR_DZE | SCTLR_UCT | SCTLR_NTWI | \
                  SCTLR_NTWE | SCTLR_UCI)

// TCR_EL1 without IPS: two halves of 48 bits, 4 KiB granule, write-back inner-shareable walks, 16-bit ASIDs in TTBR0,
// the top byte of user addresses ignored as Linux programs may expect (TBI0).
#define TCR_VALUE 0x30b5103510
#define TCR_IPS_SHIFT 32

// SPSR: EL1 with SP_EL1 and everything masked; the idle thread runs with interrupts on.
#define SPSR_EL1H 0x3c5
#define SPSR_EL1H_INTERRUPTS_ON 0x345
// What a user may have in its flags: NZCV, DIT, SSBS, BTYPE. All else is 0, which is EL0, AArch64, interrupts on.
#define SPSR_USER_MASK 0xf1001c00

#define CPACR_FPEN 0x300000

#define CNTKCTL_EL0PCTEN 0x1
#define CNTKCTL_EL0VCTEN 0x2
#define CNTKCTL_EL0PTEN 0x200

#define PMCR_ENABLE 0x1
#define PMCR_LONG_CYCLES 0x40
#define PMCNTENSET_CYCLES 0x80000000
#define PMUSERENR_READ_CYCLES 0x4

#define MPIDR_AFFINITY 0xff00ffffff // levels 3, 2, 1, 0, a byte each

// ESR_EL1
#define ESR_EC_SHIFT 26
#define ESR_EC_FP_ACCESS 0x07
#define ESR_EC_SVC 0x15
#define ESR_SVC_64 0x56000000 // the whole register, but for the immediate
#define ESR_EC_INSTRUCTION_ABORT_USER 0x20
#define ESR_EC_DATA_ABORT_USER 0x24
#define ESR_EC_SERROR 0x2f
#define ESR_SVC_IMMEDIATE 0xffff
#define ESR_ABORT_STATUS 0x3f // fault status code
#define ESR_ABORT_WRITE 0x40
#define ESR_ABORT_CACHE_MAINTENANCE 0x100

#define ISR_IRQ 0x80
