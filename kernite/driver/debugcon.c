// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "driver/debugcon.h"

#include <machine/instructions.h>

#define DEBUGCON_PORT 0xe9
#define DEBUG_EXIT_PORT 0xf4

void debugcon_putchar(char c) { x86_64_out8(DEBUGCON_PORT, (uint8_t)c); }

_Noreturn void debug_exit(unsigned value)
{
    x86_64_out8(DEBUG_EXIT_PORT, (uint8_t)value);
    for (;;)
        __asm__ volatile("cli; hlt");
}
