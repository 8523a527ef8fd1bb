// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The way from the program into the layer and back, and where a new image starts. TPIDRRO_EL0 is the thread block. Nothing
// is stored on the program's stack, which may be anything; its registers go to struct thread.

#include <kn/abi.h>

#include "layer_offsets.h"

.macro address reg, symbol
    adrp    \reg, \symbol
    add     \reg, \reg, :lo12:\symbol
.endm

    .text

// The kernel enters here with PC, flags, x16, x17 and cause in the IPC buffer, x16 = thread block, and all other registers
// as the program had them.
    .globl layer_upcall
    .type layer_upcall, @function
layer_upcall:
    ldr     x17, [x16, #KN_IPC_BUFFER_UPCALL_CAUSE]
    cmp     x17, #KN_UPCALL_CAUSE_FAULT
    b.eq    fault
save:
    add     x17, x16, #BLOCK_THREAD
    stp     x0, x1, [x17, #THREAD_X0]
    stp     x2, x3, [x17, #THREAD_X2]
    stp     x4, x5, [x17, #THREAD_X4]
    stp     x6, x7, [x17, #THREAD_X6]
    stp     x8, x9, [x17, #THREAD_X8]
    stp     x10, x11, [x17, #THREAD_X10]
    stp     x12, x13, [x17, #THREAD_X12]
    stp     x14, x15, [x17, #THREAD_X14]
    stp     x18, x19, [x17, #THREAD_X18]
    stp     x20, x21, [x17, #THREAD_X20]
    stp     x22, x23, [x17, #THREAD_X22]
    stp     x24, x25, [x17, #THREAD_X24]
    stp     x26, x27, [x17, #THREAD_X26]
    stp     x28, x29, [x17, #THREAD_X28]
    mov     x0, sp
    stp     x30, x0, [x17, #THREAD_X30]
    ldr     x0, [x16, #KN_IPC_BUFFER_UPCALL_PC]
    ldr     x1, [x16, #KN_IPC_BUFFER_UPCALL_FLAGS]
    stp     x0, x1, [x17, #THREAD_PC]
    ldr     x0, [x16, #KN_IPC_BUFFER_UPCALL_X16]
    ldr     x1, [x16, #KN_IPC_BUFFER_UPCALL_X17]
    stp     x0, x1, [x17, #THREAD_X16]
    address x1, layer_handle_upcall
// x1 = function, x16 = thread block
call_layer:
    add     x0, x16, #BLOCK_THREAD
    ldr     x2, [x16, #BLOCK_STACK_TOP]
    mov     sp, x2
    mov     x29, xzr
    blr     x1
    b       layer_window_start

// A fault: of a copy under recovery, which then returns -EFAULT to its caller (it keeps nothing on the stack); of the layer
// itself; or of the program.
fault:
    ldr     x17, [x16, #BLOCK_RECOVERY]
    cbz     x17, not_recovered
    str     xzr, [x16, #BLOCK_RECOVERY]
    mov     x0, #ERROR_FAULT
    ret
not_recovered:
    str     x0, [x16, #BLOCK_SCRATCH]
    ldr     x0, [x16, #KN_IPC_BUFFER_UPCALL_PC]
    address x17, layer_range_start
    cmp     x0, x17
    b.lo    from_program
    address x17, layer_range_end
    cmp     x0, x17
    b.hs    from_program
    address x1, layer_handle_inner_fault
    b       call_layer
from_program:
    ldr     x0, [x16, #BLOCK_SCRATCH]
    b       save

// A kick arrived since the signals were looked at.
again:
    address x1, layer_handle_pending
    b       call_layer

// The exit window: the kernel sends a thread that is kicked inside back to its start. All it needs is in the thread block.
    .globl layer_window_start
layer_window_start:
    mrs     x16, tpidrro_el0
    ldr     x17, [x16, #KN_IPC_BUFFER_UPCALL_PENDING]
    cbnz    x17, again
    add     x17, x16, #BLOCK_THREAD
    ldp     x0, x1, [x17, #THREAD_PC]
    str     x0, [x16, #KN_IPC_BUFFER_UPCALL_PC]
    str     x1, [x16, #KN_IPC_BUFFER_UPCALL_FLAGS]
    ldp     x0, x1, [x17, #THREAD_X16]
    str     x0, [x16, #KN_IPC_BUFFER_UPCALL_X16]
    str     x1, [x16, #KN_IPC_BUFFER_UPCALL_X17]
    ldp     x30, x0, [x17, #THREAD_X30]
    mov     sp, x0
    ldp     x0, x1, [x17, #THREAD_X0]
    ldp     x2, x3, [x17, #THREAD_X2]
    ldp     x4, x5, [x17, #THREAD_X4]
    ldp     x6, x7, [x17, #THREAD_X6]
    ldp     x8, x9, [x17, #THREAD_X8]
    ldp     x10, x11, [x17, #THREAD_X10]
    ldp     x12, x13, [x17, #THREAD_X12]
    ldp     x14, x15, [x17, #THREAD_X14]
    ldp     x18, x19, [x17, #THREAD_X18]
    ldp     x20, x21, [x17, #THREAD_X20]
    ldp     x22, x23, [x17, #THREAD_X22]
    ldp     x24, x25, [x17, #THREAD_X24]
    ldp     x26, x27, [x17, #THREAD_X26]
    ldp     x28, x29, [x17, #THREAD_X28]
    svc     #(KN_SYSCALL_BASE + KN_SYS_UPCALL_RETURN)
    .globl layer_window_end
layer_window_end:

// A new image: nothing in registers but TPIDRRO_EL0. The stack's place follows from the thread block's.
    .globl layer_start
    .type layer_start, @function
layer_start:
    mrs     x0, tpidrro_el0
    mov     x1, #BLOCK_STACK_TOP_DISTANCE
    add     x1, x0, x1
    mov     sp, x1
    mov     x29, xzr
    add     x0, x0, #BLOCK_THREAD
    bl      layer_start_image
    b       layer_window_start

    .section .note.GNU-stack, "", @progbits
