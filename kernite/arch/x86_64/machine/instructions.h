// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Single machine instructions, and the numbers of registers they act on. Intel SDM volumes 2 to 4.

#include "core/types.h"

#define CR0_MP BIT(1) // WAIT obeys TS
#define CR0_TS BIT(3) // the FPU is not to be used
#define CR0_ET BIT(4)
#define CR0_NE BIT(5)  // FPU errors are exceptions
#define CR0_WP BIT(16) // read-only pages are so for the kernel, too
#define CR0_AM BIT(18) // users may switch on alignment checks
#define CR0_PE BIT(0)
#define CR0_PG BIT(31)

#define CR4_DE BIT(3)
#define CR4_PAE BIT(5)
#define CR4_MCE BIT(6)
#define CR4_PGE BIT(7)
#define CR4_OSFXSR BIT(9)
#define CR4_OSXMMEXCPT BIT(10)
#define CR4_UMIP BIT(11)
#define CR4_FSGSBASE BIT(16)
#define CR4_OSXSAVE BIT(18)
#define CR4_SMEP BIT(20)
#define CR4_SMAP BIT(21)

#define MSR_APIC_BASE 0x1b
#define MSR_EFER 0xc0000080
#define MSR_STAR 0xc0000081
#define MSR_LSTAR 0xc0000082
#define MSR_CSTAR 0xc0000083
#define MSR_SFMASK 0xc0000084
#define MSR_FS_BASE 0xc0000100
#define MSR_GS_BASE 0xc0000101
#define MSR_KERNEL_GS_BASE 0xc0000102

#define EFER_SCE BIT(0) // SYSCALL, SYSRET
#define EFER_NXE BIT(11)

#define RFLAGS_ONE BIT(1)
#define RFLAGS_TF BIT(8)
#define RFLAGS_IF BIT(9)
#define RFLAGS_DF BIT(10)
#define RFLAGS_IOPL (BIT(12) | BIT(13))
#define RFLAGS_NT BIT(14)
#define RFLAGS_RF BIT(16) // the next instruction is not stopped by a breakpoint
#define RFLAGS_AC BIT(18)

struct cpuid {
    uint32_t a, b, c, d;
};

static inline struct cpuid x86_64_cpuid(uint32_t leaf, uint32_t subleaf)
{
    struct cpuid r;
    __asm__ volatile("cpuid" : "=a"(r.a), "=b"(r.b), "=c"(r.c), "=d"(r.d) : "a"(leaf), "c"(subleaf));
    return r;
}

static inline word_t x86_64_rdmsr(uint32_t msr)
{
    uint32_t low, high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (word_t)high << 32 | low;
}

static inline void x86_64_wrmsr(uint32_t msr, word_t v)
{
    __asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)v), "d"((uint32_t)(v >> 32)) : "memory");
}

static inline word_t x86_64_rdtsc(void)
{
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (word_t)high << 32 | low;
}

static inline void x86_64_write_cr0(word_t v) { __asm__ volatile("movq %0, %%cr0" : : "r"(v) : "memory"); }
static inline void x86_64_write_cr3(word_t v) { __asm__ volatile("movq %0, %%cr3" : : "r"(v) : "memory"); }
static inline void x86_64_write_cr4(word_t v) { __asm__ volatile("movq %0, %%cr4" : : "r"(v) : "memory"); }
static inline void x86_64_clts(void) { __asm__ volatile("clts" : : : "memory"); }
static inline void x86_64_clac(void) { __asm__ volatile("clac" : : : "memory", "cc"); }

static inline void x86_64_write_cr8(word_t v) { __asm__ volatile("movq %0, %%cr8" : : "r"(v) : "memory"); }

static inline word_t x86_64_read_cr2(void)
{
    word_t v;
    __asm__ volatile("movq %%cr2, %0" : "=r"(v));
    return v;
}

static inline word_t x86_64_read_cr3(void)
{
    word_t v;
    __asm__ volatile("movq %%cr3, %0" : "=r"(v));
    return v;
}

static inline void x86_64_invlpg(vaddr_t va) { __asm__ volatile("invlpg (%0)" : : "r"(va) : "memory"); }

static inline word_t x86_64_rdfsbase(void)
{
    word_t v;
    __asm__ volatile("rdfsbase %0" : "=r"(v));
    return v;
}

static inline void x86_64_wrfsbase(word_t v) { __asm__ volatile("wrfsbase %0" : : "r"(v)); }

// The GS base that SWAPGS will give to the user. In between the kernel has the user's GS: only exceptions on their own
// stacks can come, and they do not trust GS.
static inline void x86_64_wrgsbase_user(word_t v)
{
    __asm__ volatile("swapgs; wrgsbase %0; swapgs" : : "r"(v) : "memory");
}

static inline void x86_64_xsetbv(word_t v)
{
    __asm__ volatile("xsetbv" : : "c"(0), "a"((uint32_t)v), "d"((uint32_t)(v >> 32)));
}

static inline uint8_t x86_64_in8(uint16_t port)
{
    uint8_t v;
    __asm__ volatile("inb %1, %0" : "=a"(v) : "Nd"(port));
    return v;
}

static inline uint16_t x86_64_in16(uint16_t port)
{
    uint16_t v;
    __asm__ volatile("inw %1, %0" : "=a"(v) : "Nd"(port));
    return v;
}

static inline uint32_t x86_64_in32(uint16_t port)
{
    uint32_t v;
    __asm__ volatile("inl %1, %0" : "=a"(v) : "Nd"(port));
    return v;
}

static inline void x86_64_out8(uint16_t port, uint8_t v) { __asm__ volatile("outb %0, %1" : : "a"(v), "Nd"(port)); }
static inline void x86_64_out16(uint16_t port, uint16_t v) { __asm__ volatile("outw %0, %1" : : "a"(v), "Nd"(port)); }
static inline void x86_64_out32(uint16_t port, uint32_t v) { __asm__ volatile("outl %0, %1" : : "a"(v), "Nd"(port)); }

// a * b / c without overflow in between. The quotient must fit a word: a * b < c * 2^64.
static inline word_t x86_64_muldiv(word_t a, word_t b, word_t c)
{
    word_t low, high, remainder;
    __asm__("mulq %3" : "=a"(low), "=d"(high) : "0"(a), "r"(b) : "cc");
    __asm__("divq %4" : "=a"(low), "=d"(remainder) : "0"(low), "1"(high), "r"(c) : "cc");
    return low;
}
