// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// QEMU's debug devices: isa-debugcon (port 0xe9) for the log, isa-debug-exit (port 0xf4) to end.

void debugcon_putchar(char c);
// Ends the emulation with status (value << 1) | 1; without the device the CPU stops for ever.
_Noreturn void debug_exit(unsigned value);
