// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// What threads of the cases execute in single steps (steps.h). A step ends with foreign system call 7, its result in RDI.

#include <kn/abi.h>

    .text

.macro entry name
    .globl \name
    .type \name, @function
    .balign 16, 0xcc
\name:
.endm

.macro step
    movl $7, %eax
    syscall
.endm

// The general registers, each with its number N.
.macro each macro
    \macro rax, 0
    \macro rbx, 1
    \macro rcx, 2
    \macro rdx, 3
    \macro rsi, 4
    \macro rdi, 5
    \macro rbp, 6
    \macro r8, 7
    \macro r9, 8
    \macro r10, 9
    \macro r11, 10
    \macro r12, 11
    \macro r13, 12
    \macro r14, 13
    \macro r15, 14
.endm

// A step starts with 0x1000 + N in register N. So that the kernel cannot get away with what it once was told, shift makes
// it 0x2000 + N; difference leaves in RAX what differs from that, all or-ed together.
.macro shift register, n
    addq $0x1000, %\register
.endm
.macro difference register, n
    subq $(0x2000 + \n), %\register
.if \n
    orq %\register, %rax
.endif
.endm

entry step_foreign
    each shift
    syscall                      // RAX = 0x2000; the case gives RAX, RCX and R11 back
    each difference
    movq %rax, %rdi
    step

entry step_native
    each shift
    movq $KN_SYSCALL_NUMBER(KN_SYS_YIELD), %rax
    syscall
    movl $0x2000, %eax
    movl $0x2002, %ecx           // these two are lost in any system call
    movl $0x200a, %r11d
    each difference
    movq %rax, %rdi
    step

// An upcall's entry and way out, without a register. On its way in flags are clean.
entry step_upcall_entry
    pushfq
    cmpq $0x202, (%rsp)
    jne 1f
    leaq 8(%rsp), %rsp
    addq $1, %gs:KN_IPC_BUFFER_USER
    pushq %gs:KN_IPC_BUFFER_UPCALL_FLAGS
    popfq
    jmpq *%gs:KN_IPC_BUFFER_UPCALL_PC
1:  ud2
    .globl step_upcall_end
step_upcall_end:

entry step_upcall               // a foreign call, as an upcall that does nothing
    each shift
    stc
    std
    syscall
    jnc 1f
    pushfq
    cld
    btq $10, (%rsp)
    popfq
    cld
    jnc 1f
    movl $0x2002, %ecx
    movl $0x200a, %r11d
    each difference
    movq %rax, %rdi
    int3
1:  ud2

entry step_kicked               // the upcall comes before the first instruction, with every register live
    jnc 1f
    each shift
    each difference
    movq %rax, %rdi
    int3
1:  ud2

// RDI: a value for the FPU and FS base
entry step_fpu
    movq %rdi, %xmm7
    vpbroadcastq %xmm7, %ymm15
    pushq %rdi
    fildq (%rsp)
    movl $0x7f, %eax
    movl %eax, (%rsp)
    fldcw (%rsp)
    wrfsbase %rdi
    step
    vextracti128 $1, %ymm15, %xmm0
    movq %xmm0, %rdi
    movq %xmm7, %rbx
    fstcw (%rsp)
    movzwl (%rsp), %ebp
    fistpq (%rsp)
    movq (%rsp), %rdx
    rdfsbase %rsi
    step

entry step_allowed
    rdtsc
    rdtscp
    xorl %ecx, %ecx
    xgetbv
    movl %eax, %edi
    pushfq
    orq $0x3000, (%rsp)          // IOPL: ignored
    popfq
    pushfq
    popq %rsi
    pause
    step

entry step_int80
    int $0x80
entry step_ud
    ud2
entry step_divide
    xorl %edx, %edx
    xorl %ecx, %ecx
    divl %ecx
entry step_cli
    cli
entry step_hlt
    hlt
entry step_in
    inb $0x70, %al
entry step_rdmsr
    movl $0xc0000080, %ecx
    rdmsr
entry step_cr
    movq %cr3, %rax
entry step_sgdt
    sgdt -16(%rsp)
entry step_swapgs
    swapgs
entry step_far                  // to a 32-bit code segment, which does not exist
    ljmpl *1f(%rip)
1:  .long step_far
    .short 0x23
entry step_load
    movq (%rdi), %rax
    step
entry step_store
    movq %rax, (%rdi)
    step
entry step_load_ss              // which holds debug exceptions back for one instruction
    movl $7, %eax
    movw (%rdi), %ss
    syscall
entry step_load_ss_break
    movw (%rdi), %ss
    int3
entry step_jump
    jmpq *%rdi
entry step_nop
    nop
    step

    .section .note.GNU-stack, "", @progbits
