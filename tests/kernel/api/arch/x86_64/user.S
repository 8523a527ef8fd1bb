// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// See user.h.

#include <kn/abi.h>

    .text

.macro entry name
    .globl \name
    .type \name, @function
    .balign 16, 0xcc
\name:
.endm
.macro place name
    .globl \name
\name:
.endm

entry user_load
    movq (%rdi), %rax
    ret
entry user_store
    movq %rsi, (%rdi)
    ret
entry user_add
    addq $1, (%rdi)
    ret
entry user_jump
    jmpq *%rdi
entry user_illegal
    ud2
    ret
entry user_walk
    .rept 8
    nop
    .endr
    movl $7, %eax
place user_walk_call
    syscall
place user_walk_behind
    nop
    jmp user_walk_behind
entry user_walk_native
    movq $KN_SYSCALL_NUMBER(KN_SYS_YIELD), %rax
place user_walk_native_call
    syscall
place user_walk_native_behind
    nop
    jmp user_walk_native_behind
entry user_break
    int3
    jmp user_walk
entry user_foreign
    movl $7, %eax
    syscall
place user_foreign_behind
1:  jmp 1b

.macro save
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    pushq %rdi
.endm
.macro restore
    popq %rdi
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
.endm
.macro pattern register, n
    movq $(0x1000 + \n), %\register
.endm
.macro differs register, n
    subq $(0x1000 + \n), %\register
    orq %\register, %rcx
.endm
.macro preserved macro
    \macro rbx, 1
    \macro rbp, 2
    \macro r12, 3
    \macro r13, 4
    \macro r14, 5
    \macro r15, 6
.endm
.macro arguments macro
    \macro rdx, 7
    \macro rsi, 8
    \macro rdi, 9
    \macro r8, 10
    \macro r9, 11
    \macro r10, 12
.endm

entry user_check_foreign
    save
    preserved pattern
    arguments pattern
    movl $7, %eax
    syscall
    xorl %ecx, %ecx
    preserved differs
    arguments differs
    restore
    movq %rax, (%rdi)
    movq %rcx, %rax
    ret
entry user_check_native
    save
    preserved pattern
    movq $KN_SYSCALL_NUMBER(KN_SYS_YIELD), %rax
    syscall
    xorl %ecx, %ecx
    preserved differs
    restore
    movq %rcx, %rax
    ret

entry user_fpu_fill
    movq %rdi, %xmm0
    movq %rdi, %xmm7
    vpbroadcastq %xmm7, %ymm15
    ret
entry user_fpu_differs
    movq %xmm0, %rax
    xorq %rdi, %rax
    movq %xmm7, %rcx
    xorq %rdi, %rcx
    orq %rcx, %rax
    vextracti128 $1, %ymm15, %xmm1
    movq %xmm1, %rcx
    xorq %rdi, %rcx
    orq %rcx, %rax
    ret

entry user_spin
    jmp user_spin
entry user_flag_survives_foreign
    movl $7, %eax
    stc
    syscall
    setc %al
    movzbl %al, %eax
    ret

entry user_range_start
entry user_upcall_entry
    pushfq
    testq $1, (%rsp)
    leaq 8(%rsp), %rsp
    jz 1f
    addq $1, %gs:KN_IPC_BUFFER_USER + 8
1:  addq $1, %gs:KN_IPC_BUFFER_USER
    pushq %gs:KN_IPC_BUFFER_UPCALL_FLAGS
    popfq
    jmpq *%gs:KN_IPC_BUFFER_UPCALL_PC
entry user_foreign_in_range
    movl $7, %eax
    syscall
1:  jmp 1b
entry user_spin_in_range
    jmp user_spin_in_range
entry user_window_start
    cmpq $0, %gs:KN_IPC_BUFFER_UPCALL_PENDING
    jne 1f
entry user_spin_in_window
    jmp user_spin_in_window
place user_window_end
1:  movl $0x77, %edi
    jmp user_foreign_in_range
place user_range_end

    .section .note.GNU-stack, "", @progbits
