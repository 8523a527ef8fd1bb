// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "provoke.h"

// Function ids of the Power State Coordination Interface.
#define PSCI_VERSION 0x84000000u
#define PSCI_CPU_ON 0xc4000003u
#define PSCI_FEATURES 0x8400000au

VALID(smc_call)
{
    c->smc = KN_INIT_CAP_SMC;
    c->function = PSCI_VERSION;
}

ERROR(smc_call, badge) { c->smc = badged(KN_INIT_CAP_SMC, PSCI_FEATURES); }
ERROR(smc_call, kernel_only) { c->function = PSCI_CPU_ON; }
