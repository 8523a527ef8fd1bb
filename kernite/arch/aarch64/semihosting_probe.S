// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// bool semihosting_probe(void): asks for the host's last error number, which changes nothing. Where nobody answers, the HLT
// is an undefined instruction, and entry.S goes on at semihosting_absent.

    .section .text, "ax"
    .global semihosting_probe, semihosting_probe_instruction, semihosting_absent
semihosting_probe:
    mov     w0, #0x13                   // SYS_ERRNO
    mov     x1, #0
semihosting_probe_instruction:
    hlt     #0xf000
    mov     w0, #1
    ret
semihosting_absent:
    mov     w0, #0
    ret
