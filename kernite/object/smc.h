// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// SMC capabilities (aarch64): calls to the secure firmware. See object/smc.c.

#include <kernel/invocation_args.h>

#include "syscall/invocation.h"

struct smc_call_plan {
    word_t function; // SMC function id
    word_t arg[3];
};

// Checks that the capability allows the function. ILLEGAL_OPERATION if not.
kerr_t decode_smc_call(struct invocation *inv, const struct smc_call_args *args, struct smc_call_plan *plan);
// Makes the call; the results are x0 to x3. Does not return from a successful power-off.
kerr_t invoke_smc_call(struct invocation *inv, const struct smc_call_plan *plan);
