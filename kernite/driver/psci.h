// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Calls to the firmware by the SMC Calling Convention (Arm DEN 0028), and its power functions (PSCI, Arm DEN 0022).

#include "core/types.h"

#define PSCI_CPU_ON 0xc4000003 // affinity as in MPIDR, physical address, x0 there; 0 or a negative error
#define PSCI_SYSTEM_OFF 0x84000008
#define PSCI_SYSTEM_RESET 0x84000009

struct smc_result {
    word_t r[4]; // x0 to x3
};

// Whether calls are made by HVC instead of SMC. Before the first call.
void psci_init(bool use_hvc);
// Makes the call FUNCTION. What a function does and returns, its own specification says.
struct smc_result smc_call(word_t function, word_t arg0, word_t arg1, word_t arg2);
// Whether FUNCTION is one of PSCI's that start, stop or move CPUs beneath the kernel.
bool psci_is_kernel_only(word_t function);
