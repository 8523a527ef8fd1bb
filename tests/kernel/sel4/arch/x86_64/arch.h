// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The manual's x86_64 names under the ones that this program uses, and what the machine is like.

#define ARCH_PAGE seL4_X86_4K
#define ARCH_LARGE_PAGE seL4_X86_LargePageObject
#define ARCH_HUGE_PAGE seL4_X64_HugePageObject
#define ARCH_VSPACE seL4_X64_PML4Object
#define ARCH_DEFAULT seL4_X86_Default_VMAttributes
#define arch_page_map seL4_X86_Page_Map
#define arch_page_unmap seL4_X86_Page_Unmap
#define arch_page_address seL4_X86_Page_GetAddress
#define arch_asid_assign seL4_X86_ASIDPool_Assign
#define arch_asid_make_pool seL4_X86_ASIDControl_MakePool
#define ARCH_ILLEGAL_LENGTH 2

enum { ARCH_CALL_RESULT = seL4_UnknownSyscall_RAX };

static inline void arch_set_entry(seL4_UserContext *regs, seL4_Word pc, seL4_Word stack_top, seL4_Word arg)
{
    regs->rip = pc;
    regs->rsp = stack_top - 8; // as behind a call
    regs->rdi = arg;
}
static inline seL4_Word arch_pc(const seL4_UserContext *regs) { return regs->rip; }
static inline seL4_Word arch_arg(const seL4_UserContext *regs) { return regs->rdi; }
static inline seL4_Word arch_tls(const seL4_UserContext *regs) { return regs->fs_base; }

// A system call that the kernel does not have.
static inline seL4_Word arch_unknown_syscall(seL4_Word number)
{
    __asm__ volatile("syscall" : "+a"(number) : : "rcx", "r11", "memory");
    return number;
}
static inline void arch_illegal_instruction(void) { __asm__ volatile("ud2"); }
