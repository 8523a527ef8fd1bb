// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "driver/pm_timer.h"

#include <machine/instructions.h>

static uint16_t timer_port;

void pm_timer_init(uint16_t port) { timer_port = port; }
word_t pm_timer_read(void) { return x86_64_in32(timer_port); }
