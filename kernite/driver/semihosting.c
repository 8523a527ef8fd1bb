// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "driver/semihosting.h"

#define SYS_WRITEC 0x03
#define SYS_EXIT_EXTENDED 0x20
#define ADP_STOPPED_APPLICATION_EXIT 0x20026

// arch/aarch64/semihosting_probe.S: makes a call without effect; false if it was an undefined instruction.
bool semihosting_probe(void);

static bool is_present; // [I]

static void call(word_t operation, const void *parameter)
{
    register word_t x0 __asm__("x0") = operation;
    register const void *x1 __asm__("x1") = parameter;
    if (is_present)
        __asm__ volatile("hlt #0xf000" : "+r"(x0) : "r"(x1) : "memory");
}

void semihosting_init(void) { is_present = semihosting_probe(); }
bool semihosting_is_present(void) { return is_present; }
void semihosting_putchar(char c) { call(SYS_WRITEC, &c); }

void semihosting_exit(word_t status)
{
    const word_t block[2] = {ADP_STOPPED_APPLICATION_EXIT, status};
    call(SYS_EXIT_EXTENDED, block);
}
