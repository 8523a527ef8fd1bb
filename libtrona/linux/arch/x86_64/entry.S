// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The way from the program into the layer and back, and where a new image starts. GS base is the thread block. Nothing is
// pushed on the program's stack, which may be anything; its registers go to struct thread.

#include <kn/abi.h>

#include "layer_offsets.h"

    .text

// The kernel enters here with PC, flags and cause in the IPC buffer and all other registers as the program had them
// (RCX and R11 are lost to the SYSCALL instruction, as on Linux).
    .globl layer_upcall
    .type layer_upcall, @function
layer_upcall:
    cmpq $KN_UPCALL_CAUSE_FAULT, %gs:KN_IPC_BUFFER_UPCALL_CAUSE
    je fault
save:
    movq %rax, %gs:BLOCK_RAX
    movq %rbx, %gs:BLOCK_RBX
    movq %rcx, %gs:BLOCK_RCX
    movq %rdx, %gs:BLOCK_RDX
    movq %rsi, %gs:BLOCK_RSI
    movq %rdi, %gs:BLOCK_RDI
    movq %rbp, %gs:BLOCK_RBP
    movq %r8, %gs:BLOCK_R8
    movq %r9, %gs:BLOCK_R9
    movq %r10, %gs:BLOCK_R10
    movq %r11, %gs:BLOCK_R11
    movq %r12, %gs:BLOCK_R12
    movq %r13, %gs:BLOCK_R13
    movq %r14, %gs:BLOCK_R14
    movq %r15, %gs:BLOCK_R15
    movq %rsp, %gs:BLOCK_RSP
    movq %gs:KN_IPC_BUFFER_UPCALL_PC, %rax
    movq %gs:KN_IPC_BUFFER_UPCALL_FLAGS, %rcx
    movq %rax, %gs:BLOCK_RIP
    movq %rcx, %gs:BLOCK_RFLAGS
    leaq layer_handle_upcall(%rip), %rax
call_layer:
    movq %gs:BLOCK_STACK_TOP, %rsp
    movq %gs:KN_IPC_BUFFER_SELF, %rdi
    addq $BLOCK_THREAD, %rdi
    xorl %ebp, %ebp
    call *%rax
    jmp layer_window_start

// A fault: of a copy under recovery, which then returns -EFAULT to its caller (it keeps nothing on the stack); of the layer
// itself; or of the program.
fault:
    cmpq $0, %gs:BLOCK_RECOVERY
    je not_recovered
    movq $0, %gs:BLOCK_RECOVERY
    movq $ERROR_FAULT, %rax
    cld
    ret
not_recovered:
    movq %rax, %gs:BLOCK_SCRATCH
    leaq layer_range_start(%rip), %rax
    cmpq %rax, %gs:KN_IPC_BUFFER_UPCALL_PC
    jb from_program
    leaq layer_range_end(%rip), %rax
    cmpq %rax, %gs:KN_IPC_BUFFER_UPCALL_PC
    jae from_program
    leaq layer_handle_inner_fault(%rip), %rax
    jmp call_layer
from_program:
    movq %gs:BLOCK_SCRATCH, %rax
    jmp save

// A kick arrived since the signals were looked at.
again:
    leaq layer_handle_pending(%rip), %rax
    jmp call_layer

// The exit window: the kernel sends a thread that is kicked inside back to its start. All it needs is in the thread block.
// MOV leaves the flags alone and the jump needs no register, so every register is the program's in the end. (IRETQ would
// do, too, but QEMU lets it read the stack with the kernel's rights, which SMAP refuses.)
    .globl layer_window_start
layer_window_start:
    cmpq $0, %gs:KN_IPC_BUFFER_UPCALL_PENDING
    jne again
    movq %gs:BLOCK_STACK_TOP, %rsp
    pushq %gs:BLOCK_RFLAGS
    popfq
    movq %gs:BLOCK_RAX, %rax
    movq %gs:BLOCK_RBX, %rbx
    movq %gs:BLOCK_RCX, %rcx
    movq %gs:BLOCK_RDX, %rdx
    movq %gs:BLOCK_RSI, %rsi
    movq %gs:BLOCK_RDI, %rdi
    movq %gs:BLOCK_RBP, %rbp
    movq %gs:BLOCK_R8, %r8
    movq %gs:BLOCK_R9, %r9
    movq %gs:BLOCK_R10, %r10
    movq %gs:BLOCK_R11, %r11
    movq %gs:BLOCK_R12, %r12
    movq %gs:BLOCK_R13, %r13
    movq %gs:BLOCK_R14, %r14
    movq %gs:BLOCK_R15, %r15
    movq %gs:BLOCK_RSP, %rsp
    jmp *%gs:BLOCK_RIP
    .globl layer_window_end
layer_window_end:

// A new image: nothing in registers but GS base. The stack's place follows from the thread block's.
    .globl layer_start
    .type layer_start, @function
layer_start:
    rdgsbase %rdi
    leaq BLOCK_STACK_TOP_DISTANCE(%rdi), %rsp
    addq $BLOCK_THREAD, %rdi
    xorl %ebp, %ebp
    call layer_start_image
    jmp layer_window_start

    .section .note.GNU-stack, "", @progbits
