// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The alarm device: interrupts once, some time after it was set. It may be late and may be early by the drift between its
// clock and the tick counter; the caller compares.

#include <stdbool.h>
#include <stdint.h>

// Finds the device and makes it silent.
void alarm_init(void);
// Interrupt when the tick counter has come to about TICKS. Replaces what was set. False: that time has come already (the
// device may interrupt or not).
bool alarm_set(uint64_t ticks);
// No interrupt, until set again; one that is asserted is withdrawn.
void alarm_clear(void);
