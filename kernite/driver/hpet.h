// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The HPET (IA-PC HPET Specification 1.0a) as a clock to measure others with, at boot. Afterwards it is a device like any
// other, for a driver in user mode.

#include "core/types.h"

// Maps the HPET at P and lets its counter run; returns the counter's period in femtoseconds.
word_t hpet_start(paddr_t p);
word_t hpet_mask(void); // of the counter: 64 or 32 bits
word_t hpet_read(void);
void hpet_stop(void); // as it was before the start
