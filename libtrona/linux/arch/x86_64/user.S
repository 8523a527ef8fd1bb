// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Accesses under recovery: leaf functions that keep nothing on the stack but their return address. A fault inside makes
// them return -EFAULT (layer_upcall). See user_memory.h.

#include "layer_offsets.h"

    .text

// long user_copy(void *dest, const void *src, size_t n)
    .globl user_copy
    .type user_copy, @function
user_copy:
    movq $1, %gs:BLOCK_RECOVERY
    movq %rdx, %rcx
    shrq $3, %rcx
    rep movsq
    movl %edx, %ecx
    andl $7, %ecx
    rep movsb
    xorl %eax, %eax
    movq $0, %gs:BLOCK_RECOVERY
    ret

// long user_touch(void *p): makes the byte at P writable without changing it
    .globl user_touch
    .type user_touch, @function
user_touch:
    movq $1, %gs:BLOCK_RECOVERY
    lock orb $0, (%rdi)
    xorl %eax, %eax
    movq $0, %gs:BLOCK_RECOVERY
    ret

// long user_compare_exchange(uint32_t *p, uint32_t *expected, uint32_t desired): atomic; 0, *expected = what was there
    .globl user_compare_exchange
    .type user_compare_exchange, @function
user_compare_exchange:
    movl (%rsi), %eax
    movq $1, %gs:BLOCK_RECOVERY
    lock cmpxchgl %edx, (%rdi)
    movq $0, %gs:BLOCK_RECOVERY
    movl %eax, (%rsi)
    xorl %eax, %eax
    ret

// long cpu_random(uint64_t *out): 1 if the CPU gave a random number, else 0; -EFAULT if it has no such instruction
    .globl cpu_random
    .type cpu_random, @function
cpu_random:
    movq $1, %gs:BLOCK_RECOVERY
    movl $16, %ecx
1:  rdrand %rax
    jc 2f
    decl %ecx
    jnz 1b
    xorl %eax, %eax
    movq $0, %gs:BLOCK_RECOVERY
    ret
2:  movq $0, %gs:BLOCK_RECOVERY
    movq %rax, (%rdi)
    movl $1, %eax
    ret

    .section .note.GNU-stack, "", @progbits
