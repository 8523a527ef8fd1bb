// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Boot: from the 32-bit mode in which QEMU (PVH) or GRUB (multiboot2) enters, or the real mode in which another CPU
// starts, to C in the kernel's addresses. Everything
// here is linked at its physical address; the rest of the image is reached by subtracting X86_64_KERNEL.

#include <kernel/asm_offsets.h>

#include "arch/x86_64/boot.h"
#include "arch/x86_64/descriptors.h"

#define KERNEL_BASE 0xffffffff80000000
#define PHYS(symbol) ((symbol) - KERNEL_BASE)

#define PTE_PRESENT_WRITE 0x3
#define PTE_LARGE_PAGE 0x83
#define CR0_VALUE 0x80010011 // PG WP ET PE
#define CR0_PROTECTED_VALUE 0x11 // ET PE
#define SELECTOR_BOOT_CODE32 0x08
#define CR4_VALUE 0x20       // PAE
#define MSR_EFER 0xc0000080
#define EFER_VALUE 0x100     // LME

    .section .note.Xen, "a", @note
    .p2align 2
    .long 4, 4, 18           // sizes of name and value; XEN_ELFNOTE_PHYS32_ENTRY
    .asciz "Xen"
    .long pvh_start

    .section .boot, "ax", @progbits
    .p2align 3
multiboot2_header:
    .long 0xe85250d6, 0, multiboot2_header_end - multiboot2_header
    .long -(0xe85250d6 + (multiboot2_header_end - multiboot2_header))
    .short 6, 0              // modules on page boundaries
    .long 8
    .short 3, 0              // entry address
    .long 12
    .long multiboot2_start
    .p2align 3
    .short 0, 0
    .long 8
multiboot2_header_end:

    .code32
    .globl pvh_start
pvh_start:
    movl $BOOT_PVH, %edi
    jmp start32
multiboot2_start:
    movl $BOOT_MULTIBOOT2, %edi
start32:                     // EBX: the loader's structure; flags and segments are not to be relied on
    cli
    cld
    movl $boot_stack_end, %esp
    movl %ebx, %esi

    movl $0x80000000, %eax
    pushl %esi
    cpuid
    popl %esi
    cmpl $0x80000001, %eax
    jb no_long_mode
    movl $0x80000001, %eax
    pushl %esi
    cpuid
    popl %esi
    btl $29, %edx
    jnc no_long_mode

    // The first 4 GiB at their own addresses, and the first of them at KERNEL_BASE. The tables are zero (.bss).
    movl $(PHYS(boot_low_pdpt) + PTE_PRESENT_WRITE), PHYS(boot_root)
    movl $(PHYS(boot_high_pdpt) + PTE_PRESENT_WRITE), PHYS(boot_root) + 511 * 8
    movl $(PHYS(boot_directories) + PTE_PRESENT_WRITE), PHYS(boot_high_pdpt) + 510 * 8
    movl $(PHYS(boot_directories) + PTE_PRESENT_WRITE), PHYS(boot_low_pdpt)
    movl $(PHYS(boot_directories) + 0x1000 + PTE_PRESENT_WRITE), PHYS(boot_low_pdpt) + 8
    movl $(PHYS(boot_directories) + 0x2000 + PTE_PRESENT_WRITE), PHYS(boot_low_pdpt) + 16
    movl $(PHYS(boot_directories) + 0x3000 + PTE_PRESENT_WRITE), PHYS(boot_low_pdpt) + 24
    movl $PHYS(boot_directories), %ecx
    movl $PTE_LARGE_PAGE, %eax
1:  movl %eax, (%ecx)
    addl $8, %ecx
    addl $0x200000, %eax
    jnc 1b                   // 2048 entries

enter_long_mode:             // EDI: BOOT_*; the tables are there
    movl $CR4_VALUE, %eax
    movl %eax, %cr4
    movl $PHYS(boot_root), %eax
    movl %eax, %cr3
    movl $MSR_EFER, %ecx
    movl $EFER_VALUE, %eax
    xorl %edx, %edx
    wrmsr
    movl $CR0_VALUE, %eax
    movl %eax, %cr0
    lgdt boot_gdt_register
    ljmp $SELECTOR_KERNEL_CODE, $start64

no_long_mode:                // nobody to tell: stop, which no harness takes for success
    hlt
    jmp no_long_mode

    .code64
start64:
    movl $SELECTOR_KERNEL_DATA, %eax
    movl %eax, %ss
    cmpl $BOOT_CPU, %edi
    je start64_cpu
    movq $x86_64_kernel_stacks, %rsp
    addq $KERNEL_STACK_SIZE, %rsp
    movl %edi, %edi          // the upper halves are undefined after the mode switch
    movl %esi, %esi
    xorl %ebp, %ebp
    movq $x86_64_boot, %rax
    call *%rax
    ud2
start64_cpu:
    movq x86_64_starting_cpu, %rdi
    movq CPU_KERNEL_STACK(%rdi), %rsp
    xorl %ebp, %ebp
    movq $x86_64_boot_cpu, %rax
    call *%rax
    ud2

// Copied to address 0, where another CPU starts in real mode with all segments but CS to be set.
    .code16
    .globl x86_64_trampoline, x86_64_trampoline_end
x86_64_trampoline:
    cli
    cld
    xorl %eax, %eax
    movw %ax, %ds
    lgdtl trampoline_gdt_register - x86_64_trampoline
    movl $CR0_PROTECTED_VALUE, %eax
    movl %eax, %cr0
    ljmpl $SELECTOR_BOOT_CODE32, $start32_cpu
trampoline_gdt_register:
    .short boot_gdt_register - boot_gdt - 1
    .long boot_gdt
x86_64_trampoline_end:

    .code32
start32_cpu:
    movl $SELECTOR_KERNEL_DATA, %eax
    movl %eax, %ds
    movl $BOOT_CPU, %edi
    jmp enter_long_mode

    .p2align 3
boot_gdt:
    .quad 0
    .quad 0x00cf9b000000ffff // SELECTOR_BOOT_CODE32
    .quad 0x00af9b000000ffff // SELECTOR_KERNEL_CODE
    .quad 0x00cf93000000ffff // SELECTOR_KERNEL_DATA
boot_gdt_register:
    .short boot_gdt_register - boot_gdt - 1
    .long boot_gdt
    .p2align 3
    .skip 64
boot_stack_end:

    .section .bss.boot, "aw", @nobits
    .p2align 12
boot_root:
    .skip 0x1000
boot_low_pdpt:
    .skip 0x1000
boot_high_pdpt:
    .skip 0x1000
boot_directories:
    .skip 0x4000

    .section .note.GNU-stack, "", @progbits
