// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// struct kn_layout_runtime_header, the first bytes of the image (runtime.ld), and the vDSO.

#include "layer_offsets.h"

    .globl LAYER_BASE // for runtime.ld
    .set LAYER_BASE, LAYER_BASE_ADDRESS

    .section .header, "a"
    .globl layer_header
layer_header:
    .quad HEADER_MAGIC
    .quad layer_start
    .quad layer_upcall
    .quad layer_range_start
    .quad layer_range_end
    .quad layer_window_start
    .quad layer_window_end
    .quad vdso_start

    .section .vdso, "ax"
    .balign 0x1000
    .globl vdso_start
vdso_start:
    .incbin VDSO_FILE

    .section .note.GNU-stack, "", @progbits
