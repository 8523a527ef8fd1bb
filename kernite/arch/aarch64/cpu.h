// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "core/cpu.h"

// Sets the calling CPU's registers to what the kernel expects of them, with CPU as its block. Panics when the CPU lacks
// something that the kernel needs.
void aarch64_cpu_init(struct cpu *cpu);

// Starts the CPU's cycle counter and lets users read it (PMCCNTR_EL0). For measuring: it tells users more about each other
// than they should know.
void aarch64_cpu_start_user_counter(void);
