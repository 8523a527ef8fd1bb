// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// What the test's threads execute. A step ends with foreign system call 7, with its result in RDI.

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

entry child_foreign
    each shift
    syscall                      // RAX = 0x2000; the root task gives RAX, RCX and R11 back
    each difference
    movq %rax, %rdi
    step

entry child_native
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
entry child_upcall_entry
    pushfq
    cmpq $0x202, (%rsp)
    jne 1f
    leaq 8(%rsp), %rsp
    addq $1, %gs:KN_IPC_BUFFER_USER
    pushq %gs:KN_IPC_BUFFER_UPCALL_FLAGS
    popfq
    jmpq *%gs:KN_IPC_BUFFER_UPCALL_PC
1:  ud2
    .globl child_upcall_end
child_upcall_end:

entry child_upcall               // a foreign call, as an upcall that does nothing
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

entry child_kicked               // the upcall comes before the first instruction, with every register live
    jnc 1f
    each shift
    each difference
    movq %rax, %rdi
    int3
1:  ud2

// RDI: a value for the FPU and FS base
entry child_fpu
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

entry child_allowed
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

entry child_int3
    int3
entry child_int80
    int $0x80
entry child_ud
    ud2
entry child_divide
    xorl %edx, %edx
    xorl %ecx, %ecx
    divl %ecx
entry child_cli
    cli
entry child_hlt
    hlt
entry child_in
    inb $0x70, %al
entry child_rdmsr
    movl $0xc0000080, %ecx
    rdmsr
entry child_cr
    movq %cr3, %rax
entry child_sgdt
    sgdt -16(%rsp)
entry child_swapgs
    swapgs
entry child_far                  // to a 32-bit code segment, which does not exist
    ljmpl *1f(%rip)
1:  .long child_far
    .short 0x23
entry child_load
    movq (%rdi), %rax
    step
entry child_store
    movq %rax, (%rdi)
    step
entry child_jump
    jmpq *%rdi
entry child_nop
    nop
    step

    .section .note.GNU-stack, "", @progbits
