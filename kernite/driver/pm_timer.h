// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The ACPI power management timer: 3.579545 MHz, at least 24 bits, only read.

#include "core/types.h"

#define PM_TIMER_PERIOD 279365115 // femtoseconds
#define PM_TIMER_MASK 0xffffff

void pm_timer_init(uint16_t port); // the FADT's PM_TMR_BLK
word_t pm_timer_read(void);
