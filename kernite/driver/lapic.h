// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The local APIC of each CPU (Intel SDM volume 3, chapter "APIC"), in xAPIC mode.

#include "core/types.h"

// Maps the registers at P and enables this CPU's: the timer one-shot with TIMER_VECTOR and stopped, all else masked.
void lapic_init(paddr_t p, uint8_t timer_vector, uint8_t spurious_vector);
uint8_t lapic_id(void);
void lapic_end_of_interrupt(void);
// To the CPU whose local APIC has ID: an interrupt; reset, to wait for startup; startup at real-mode page PAGE.
void lapic_send(uint8_t id, uint8_t vector);
void lapic_send_init(uint8_t id);
void lapic_send_startup(uint8_t id, uint8_t page);
// Whether an interrupt waits for this CPU to take it, with a vector v for which bit v / 32 of WORDS is set. An access for each
// bit.
bool lapic_is_pending(word_t words);
// Timer: counts down from COUNT to 0, then interrupts; 0 stops it.
void lapic_timer_start(uint32_t count);
word_t lapic_timer_count(void);
