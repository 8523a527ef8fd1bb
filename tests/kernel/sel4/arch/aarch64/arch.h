// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The manual's AArch64 names under the ones that this program uses, and what the machine is like.

#define ARCH_PAGE seL4_ARM_SmallPageObject
#define ARCH_LARGE_PAGE seL4_ARM_LargePageObject
#define ARCH_HUGE_PAGE seL4_ARM_HugePageObject
#define ARCH_VSPACE seL4_ARM_VSpaceObject
#define ARCH_DEFAULT seL4_ARM_Default_VMAttributes
#define arch_page_map seL4_ARM_Page_Map
#define arch_page_unmap seL4_ARM_Page_Unmap
#define arch_page_address seL4_ARM_Page_GetAddress
#define arch_asid_assign seL4_ARM_ASIDPool_Assign
#define arch_asid_make_pool seL4_ARM_ASIDControl_MakePool
#define ARCH_ILLEGAL_LENGTH 4

enum { ARCH_CALL_RESULT = seL4_UnknownSyscall_X0 };

static inline void arch_set_entry(seL4_UserContext *regs, seL4_Word pc, seL4_Word stack_top, seL4_Word arg)
{
    regs->pc = pc;
    regs->sp = stack_top;
    regs->x0 = arg;
}
static inline seL4_Word arch_pc(const seL4_UserContext *regs) { return regs->pc; }
static inline seL4_Word arch_arg(const seL4_UserContext *regs) { return regs->x0; }
static inline seL4_Word arch_tls(const seL4_UserContext *regs) { return regs->tpidr_el0; }

// A system call that the kernel does not have.
static inline seL4_Word arch_unknown_syscall(seL4_Word number)
{
    register seL4_Word x0 __asm__("x0") = 0;
    register seL4_Word x8 __asm__("x8") = number;
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8) : "memory");
    return x0;
}
static inline void arch_illegal_instruction(void) { __asm__ volatile("udf #0"); }
