// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Contract: the kernel's clock and its one-shot timer, a device of each CPU.

#include "core/types.h"

ticks_t arch_timer_now(void);                 // monotonic since reset
void arch_timer_set_deadline(ticks_t when);   // interrupt at WHEN or as soon as possible if it has passed
void arch_timer_ack(void);                    // the timer's interrupt has been taken
ticks_t arch_us_to_ticks(word_t us);
word_t arch_ticks_to_us(ticks_t t);
word_t arch_max_us(void);                     // longest period that the arithmetic can take
