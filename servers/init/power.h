// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What differs between the machines when init itself touches them: power control and last words. One file an
// architecture: power_x86_64.c, power_aarch64.c.

struct system_power;

void power_init(void);                           // takes the capabilities it needs; before any server starts
void power_try(const struct system_power *way);  // returns if the machine is still there
void console_write(const char *text);            // polled; only when the machine is about to end
