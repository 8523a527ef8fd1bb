// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// From the firmware to C. Firmware starts the image at any 2 MiB boundary of RAM, at EL1 or EL2, translation off, x0 = the
// device tree; .bss holds anything. This clears .bss, maps the image at KERNEL_BASE with the rights that its parts need,
// turns translation on and calls aarch64_boot on the boot CPU's stack.
//
// The other CPUs are started by the boot CPU, at boot_start_other; all is mapped then.
//
// Everything up to boot_high runs at its physical address and is position independent. The map of that address itself
// (boot_identity) is used only until boot_high, by each CPU.

#include "arch/aarch64/layout.h"
#include "arch/aarch64/pte_bits.h"
#include "arch/aarch64/sysreg.h"
#include "kernel/asm_offsets.h"

// reg = the address of SYMBOL, near the program counter
.macro address reg, symbol
    adrp    \reg, \symbol
    add     \reg, \reg, :lo12:\symbol
.endm

// reg = a constant of 64 bits
.macro constant reg, value
    movz    \reg, :abs_g3:\value
    movk    \reg, :abs_g2_nc:\value
    movk    \reg, :abs_g1_nc:\value
    movk    \reg, :abs_g0_nc:\value
.endm

// Goes on at LABEL's virtual address; x20 = image_start's physical one.
.macro jump_high label
    constant x8, KERNEL_BASE
    address x9, \label
    sub     x9, x9, x20
    add     x9, x9, x8
    br      x9
.endm

    .section .head.text, "ax"

// Header of an arm64 Linux Image.
    b       boot_start
    .long   0
    .quad   0                           // text_offset
    .quad   image_size                  // in memory, .bss included
    .quad   0xa                         // little endian, 4 KiB pages, anywhere in RAM
    .quad   0, 0, 0
    .ascii  "ARM\x64"
    .long   0

boot_start:
    mov     x19, x0
    msr     daifset, #0xf
    bl      boot_enter_el1
    address x20, image_start            // physical from here on
    tst     x20, #0x1fffff
    b.ne    boot_stop                   // the loader broke the boot protocol; there is nothing to report it with
    bl      boot_clear_bss
    bl      boot_build_tables
    bl      boot_translation_on
    jump_high boot_high

// x0 = the CPU's number; EL1 or EL2, translation off
    .global boot_start_other
boot_start_other:
    mov     x19, x0
    msr     daifset, #0xf
    bl      boot_enter_el1
    address x20, image_start
    bl      boot_translation_on
    jump_high boot_other_high

boot_stop:
    wfe
    b       boot_stop

// Leaves EL2 if that is where the firmware started the CPU. Afterwards SCTLR_EL1 is known and SP is SP_EL1.
boot_enter_el1:
    constant x0, SCTLR_OFF
    msr     sctlr_el1, x0
    isb
    mrs     x0, CurrentEL
    cmp     x0, #(2 << 2)
    b.hi    boot_stop                   // EL3 is not for kernels
    b.lo    1f
    mov     x0, #(1 << 31)              // HCR_EL2.RW: EL1 is AArch64; nothing is trapped or translated
    msr     hcr_el2, x0
    mov     x0, #3                      // CNTHCTL_EL2: EL1 has counter and physical timer
    msr     cnthctl_el2, x0
    msr     cntvoff_el2, xzr
    mov     x0, #0x33ff                 // CPTR_EL2: no trap of FP; the RES1 bits
    msr     cptr_el2, x0
    msr     hstr_el2, xzr
    msr     vttbr_el2, xzr
    mrs     x0, pmcr_el0                // MDCR_EL2.HPMN: all counters are EL1's
    ubfx    x0, x0, #11, #5
    msr     mdcr_el2, x0
    mrs     x0, midr_el1
    msr     vpidr_el2, x0
    mrs     x0, mpidr_el1
    msr     vmpidr_el2, x0
    mrs     x0, id_aa64pfr0_el1         // bits 24..27: GIC system registers
    ubfx    x0, x0, #24, #4
    cbz     x0, 2f
    mrs     x0, S3_4_C12_C9_5           // ICC_SRE_EL2: SRE, Enable (for EL1)
    mov     x1, #9
    orr     x0, x0, x1
    msr     S3_4_C12_C9_5, x0
    isb
    msr     S3_4_C12_C11_0, xzr         // ICH_HCR_EL2: no virtual interrupts
2:  mov     x0, #SPSR_EL1H
    msr     spsr_el2, x0
    msr     elr_el2, x30
    eret
1:  msr     spsel, #1
    ret

boot_clear_bss:
    address x0, image_bss_start
    address x1, image_end
1:  stp     xzr, xzr, [x0], #16
    cmp     x0, x1
    b.lo    1b
    ret

// x0 = virtual address, x1 = its end, x2 = type and rights: entries of the image's pages. Clobbers x3 to x6.
boot_map_image_pages:
    constant x3, KERNEL_BASE
    address x4, boot_image_l3
1:  sub     x5, x0, x3                  // offset into the image
    add     x6, x20, x5
    orr     x6, x6, x2
    lsr     x5, x5, #12
    str     x6, [x4, x5, lsl #3]
    add     x0, x0, #4096
    cmp     x0, x1
    b.lo    1b
    ret

// x0, x1 = virtual addresses of two symbols
.macro image_range first, last
    constant x3, KERNEL_BASE
    address x0, \first
    sub     x0, x0, x20
    add     x0, x0, x3
    address x1, \last
    sub     x1, x1, x20
    add     x1, x1, x3
.endm

boot_build_tables:
    mov     x21, x30
    image_range image_start, image_text_end
    constant x2, (PTE_KERNEL_TEXT | PTE_PAGE)
    bl      boot_map_image_pages
    image_range image_text_end, image_rodata_end
    constant x2, (PTE_KERNEL_RODATA | PTE_PAGE)
    bl      boot_map_image_pages
    image_range image_rodata_end, image_end
    constant x2, (PTE_KERNEL_DATA | PTE_PAGE)
    bl      boot_map_image_pages
    // The tables above them.
    address x0, boot_image_l3
    address x1, boot_image_l2
    orr     x2, x0, #PTE_TABLE
    mov     x3, #IMAGE_TABLES
1:  str     x2, [x1], #8                // KERNEL_BASE is a multiple of 1 GiB
    add     x2, x2, #4096
    subs    x3, x3, #1
    b.ne    1b
    address x0, boot_image_l2
    orr     x0, x0, #PTE_TABLE
    address x1, kernel_l1_top
    mov     x2, #((KERNEL_BASE >> 30) & 511)
    str     x0, [x1, x2, lsl #3]
    orr     x1, x1, #PTE_TABLE
    address x0, kernel_root
    mov     x2, #((KERNEL_BASE >> 39) & 511)
    str     x1, [x0, x2, lsl #3]
    // The 2 MiB block that this code runs in, at its physical address.
    address x0, boot_identity
    add     x1, x0, #4096
    add     x2, x0, #8192
    orr     x3, x1, #PTE_TABLE
    ubfx    x4, x20, #39, #9
    str     x3, [x0, x4, lsl #3]
    orr     x3, x2, #PTE_TABLE
    ubfx    x4, x20, #30, #9
    str     x3, [x1, x4, lsl #3]
    constant x3, (PTE_KERNEL_TEXT | PTE_BLOCK)
    orr     x3, x3, x20
    ubfx    x4, x20, #21, #9
    str     x3, [x2, x4, lsl #3]
    // The caches may hold older lines of what was written past them.
    address x0, image_bss_start
    address x1, image_end
    mrs     x2, ctr_el0
    ubfx    x2, x2, #16, #4             // DminLine: log2 words
    mov     x3, #4
    lsl     x2, x3, x2
    dsb     sy
2:  dc      ivac, x0
    add     x0, x0, x2
    cmp     x0, x1
    b.lo    2b
    dsb     sy
    ret     x21

boot_translation_on:
    mov     x0, #MAIR_VALUE
    msr     mair_el1, x0
    mrs     x1, id_aa64mmfr0_el1        // bits 0..3: physical address size; IPS has no more than 48 bits without LPA
    and     x1, x1, #15
    mov     x2, #5
    cmp     x1, x2
    csel    x1, x1, x2, lo
    constant x0, TCR_VALUE
    orr     x0, x0, x1, lsl #TCR_IPS_SHIFT
    msr     tcr_el1, x0
    address x0, boot_identity
    msr     ttbr0_el1, x0
    address x0, kernel_root
    msr     ttbr1_el1, x0
    isb
    tlbi    vmalle1
    ic      iallu
    dsb     nsh
    isb
    constant x0, SCTLR_ON
    msr     sctlr_el1, x0
    isb
    ret

boot_high:
    constant x0, KERNEL_BASE
    sub     x0, x0, x20
    address x1, aarch64_image_offset
    str     x0, [x1]
    mov     x0, xzr
    bl      boot_take_stack
    mov     x0, x19
    bl      aarch64_boot
    b       aarch64_restore             // the context of the first thread

boot_other_high:
    mov     x0, x19
    bl      boot_take_stack
    bl      aarch64_boot_other
    b       aarch64_restore

// x0 = the CPU's number: its block becomes this CPU's, its stack the one in use.
boot_take_stack:
    address x1, cpus
    mov     x2, #CPU_BYTES
    madd    x1, x0, x2, x1
    msr     tpidr_el1, x1
    address x1, kernel_stacks + STACK_BYTES
    mov     x2, #STACK_BYTES
    madd    x1, x0, x2, x1
    mov     sp, x1
    mov     x29, xzr
    ret

    .section .bss
    .balign 4096
    .global kernel_root, kernel_l1_top, boot_image_l3, kernel_stacks
kernel_root:    .skip 4096              // TTBR1
kernel_l1_top:  .skip 4096              // its top 512 GiB
boot_image_l2:  .skip 4096
boot_image_l3:  .skip 4096 * IMAGE_TABLES
boot_identity:  .skip 4096 * 3
kernel_stacks:  .skip STACK_BYTES * NR_STACKS
