// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The clock is the TSC, the one-shot timer the local APIC's: contract arch/api/timer.h.

#include "core/types.h"

struct acpi_info;

void x86_64_timer_init(const struct acpi_info *acpi); // boot: measures both against a timer of the board, 500 us
word_t x86_64_ticks_per_second(void);
