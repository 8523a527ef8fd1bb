// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "descriptors.h"

#include <machine/instructions.h>

#include "arch/api/cpu.h"
#include "arch/x86_64/entry.h"

#define NR_GDT_ENTRIES 9
#define NR_VECTORS 256
#define IST_STACK_WORDS 256

struct __attribute__((packed)) tss {
    uint32_t reserved0;
    word_t rsp[3];
    word_t reserved1;
    word_t ist[7];
    word_t reserved2;
    uint16_t reserved3;
    uint16_t io_map; // at the segment's end: no ports for users
};
static_assert(sizeof(struct tss) == 104, "the hardware's layout");

struct idt_entry {
    uint16_t offset0;
    uint16_t selector;
    uint8_t ist;
    uint8_t type;
    uint16_t offset1;
    uint32_t offset2;
    uint32_t reserved;
};

struct __attribute__((packed)) table_register {
    uint16_t limit;
    word_t base;
};

struct ist_stack {
    word_t words[IST_STACK_WORDS - 2];
    struct cpu *cpu; // the stack's top is the address of this
    word_t reserved;
};

static word_t gdt[KERNEL_MAX_CPUS][NR_GDT_ENTRIES];
static _Alignas(16) struct tss tss[KERNEL_MAX_CPUS];
static _Alignas(16) struct ist_stack ist_stacks[KERNEL_MAX_CPUS][NR_IST];
static _Alignas(16) struct idt_entry idt[NR_VECTORS];

void x86_64_set_entry_stack(const struct cpu *cpu, word_t top) { ((struct tss *)cpu->tss)->rsp[0] = top; }

static void init_gdt(word_t *g, const struct tss *t)
{
    word_t base = (word_t)t;
    g[SELECTOR_KERNEL_CODE / 8] = 0x00af9b000000ffff;
    g[SELECTOR_KERNEL_DATA / 8] = 0x00cf93000000ffff;
    g[SELECTOR_USER_DATA / 8] = 0x00cff3000000ffff;
    g[SELECTOR_USER_CODE / 8] = 0x00affb000000ffff;
    g[SELECTOR_TSS / 8] = (sizeof(*t) - 1) | (base & 0xffffff) << 16 | (word_t)0x89 << 40 | ((base >> 24) & 0xff) << 56;
    g[SELECTOR_TSS / 8 + 1] = base >> 32;
}

static void init_tss(struct tss *t, struct cpu *cpu)
{
    for (word_t i = 0; i < NR_IST; i++) {
        struct ist_stack *s = &ist_stacks[cpu->id][i];
        s->cpu = cpu;
        t->ist[i] = (word_t)&s->cpu;
    }
    t->rsp[0] = cpu->kernel_stack;
    t->io_map = sizeof(*t);
}

static uint8_t vector_ist(word_t vector)
{
    switch (vector) {
    case VECTOR_DEBUG: return IST_DEBUG;
    case VECTOR_NMI: return IST_NMI;
    case VECTOR_DOUBLE_FAULT: return IST_DOUBLE_FAULT;
    case VECTOR_MACHINE_CHECK: return IST_MACHINE_CHECK;
    default: return IST_NONE;
    }
}

static word_t stub_of(word_t vector)
{
    if (vector < VECTOR_FIRST_INTERRUPT)
        return (word_t)x86_64_vector_stubs + vector * VECTOR_STUB_BYTES;
    return (word_t)x86_64_interrupt_stubs + (vector - VECTOR_FIRST_INTERRUPT) * INTERRUPT_STUB_BYTES;
}

static void init_idt(void)
{
    for (word_t i = 0; i < NR_VECTORS; i++) {
        word_t offset = stub_of(i);
        bool for_users = i == VECTOR_BREAKPOINT || i == VECTOR_OVERFLOW; // INT3, INTO
        idt[i] = (struct idt_entry){
            .offset0 = (uint16_t)offset,
            .offset1 = (uint16_t)(offset >> 16),
            .offset2 = (uint32_t)(offset >> 32),
            .selector = SELECTOR_KERNEL_CODE,
            .ist = vector_ist(i),
            .type = for_users ? 0xee : 0x8e, // present, interrupt gate
        };
    }
}

static void load(const struct cpu *cpu)
{
    struct table_register g = {sizeof(gdt[0]) - 1, (word_t)gdt[cpu->id]};
    struct table_register i = {sizeof(idt) - 1, (word_t)idt};
    __asm__ volatile("lgdt %0" : : "m"(g));
    __asm__ volatile("lidt %0" : : "m"(i));
    __asm__ volatile("ltr %w0" : : "r"(SELECTOR_TSS));
    // The boot code's CS and SS have the same selectors and meaning; the other segments are unused.
    __asm__ volatile("movl %0, %%ds; movl %0, %%es; movl %0, %%fs; movl %0, %%gs" : : "r"(0));
    x86_64_wrmsr(MSR_GS_BASE, (word_t)cpu);
}

void x86_64_descriptors_init(struct cpu *cpu)
{
    init_gdt(gdt[cpu->id], &tss[cpu->id]);
    init_tss(&tss[cpu->id], cpu);
    cpu->tss = &tss[cpu->id];
    if (cpu->id == 0)
        init_idt();
    load(cpu);
    x86_64_wrmsr(MSR_STAR, (word_t)SELECTOR_SYSRET_BASE << 48 | (word_t)SELECTOR_KERNEL_CODE << 32);
    x86_64_wrmsr(MSR_LSTAR, (word_t)x86_64_syscall_entry);
    x86_64_wrmsr(MSR_SFMASK, RFLAGS_TF | RFLAGS_IF | RFLAGS_DF | RFLAGS_IOPL | RFLAGS_NT | RFLAGS_AC);
}

void x86_64_use_smp_syscalls(void) { x86_64_wrmsr(MSR_LSTAR, (word_t)x86_64_syscall_entry_smp); }
