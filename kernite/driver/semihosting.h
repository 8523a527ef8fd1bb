// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Arm semihosting: a debugger or QEMU that answers HLT #0xf000. The debug console and exit status of test runs.

#include "core/types.h"

// Finds out whether somebody answers. Needs the exception vectors; without it the calls below do nothing.
void semihosting_init(void);
bool semihosting_is_present(void);
void semihosting_putchar(char c);
#define EXIT_STATUS(n) (33 + 2 * (n)) // of the emulator for arch_halt(n), see docs/exit-codes.md
// Ends the emulation with STATUS; returns if nobody answers.
void semihosting_exit(word_t status);
