// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Accesses under recovery: leaf functions that keep nothing on the stack. A fault inside makes them return -EFAULT
// (layer_upcall). See user_memory.h.

#include "layer_offsets.h"

.macro begin
    mrs     x9, tpidrro_el0
    mov     x10, #1
    str     x10, [x9, #BLOCK_RECOVERY]
.endm

.macro end
    str     xzr, [x9, #BLOCK_RECOVERY]
.endm

    .text

// long user_copy(void *dest, const void *src, size_t n)
    .globl user_copy
    .type user_copy, @function
user_copy:
    begin
    subs    x2, x2, #16
    b.lo    2f
1:  ldp     x3, x4, [x1], #16
    stp     x3, x4, [x0], #16
    subs    x2, x2, #16
    b.hs    1b
2:  add     x2, x2, #16
    cbz     x2, 4f
3:  ldrb    w3, [x1], #1
    strb    w3, [x0], #1
    subs    x2, x2, #1
    b.ne    3b
4:  end
    mov     x0, xzr
    ret

// long user_touch(void *p): makes the byte at P writable without changing it
    .globl user_touch
    .type user_touch, @function
user_touch:
    begin
1:  ldxrb   w1, [x0]
    stxrb   w2, w1, [x0]
    cbnz    w2, 1b
    end
    mov     x0, xzr
    ret

// long user_compare_exchange(uint32_t *p, uint32_t *expected, uint32_t desired): atomic; 0, *expected = what was there
    .globl user_compare_exchange
    .type user_compare_exchange, @function
user_compare_exchange:
    ldr     w3, [x1]
    begin
1:  ldaxr   w4, [x0]
    cmp     w4, w3
    b.ne    2f
    stlxr   w5, w2, [x0]
    cbnz    w5, 1b
2:  end
    str     w4, [x1]
    mov     x0, xzr
    ret

// long cpu_random(uint64_t *out): 1 if the CPU gave a random number, else 0; -EFAULT if it has no such instruction
    .globl cpu_random
    .type cpu_random, @function
cpu_random:
    begin
    mov     w3, #16
1:  mrs     x1, s3_3_c2_c4_0 // RNDR; Z says that there was none
    b.ne    2f
    subs    w3, w3, #1
    b.ne    1b
    end
    mov     x0, xzr
    ret
2:  end
    str     x1, [x0]
    mov     x0, #1
    ret

    .section .note.GNU-stack, "", @progbits
