// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The right to call the firmware that runs beneath the kernel (SMC or HVC, as the device tree says). There is no object
// and no state: the capability is all. Boot makes one, for every function; Mint makes copies for one function each.
//
// I1  A capability with badge B other than 0 makes calls with function id B only.
// I2  No capability makes the PSCI calls that start, stop or suspend a CPU beneath the kernel: with CPU_ON a user
//     could run any code at the kernel's privilege.
//
// The firmware's time is the caller's: a call runs with interrupts off for as long as the firmware takes.
//
// SYSTEM_OFF has no parameters, so its first one tells an emulator the cause: other than 0, a machine with
// semihosting ends with that status (docs/exit-codes.md) instead of an orderly one.

#include "object/smc.h"

#include "driver/psci.h"
#include "driver/semihosting.h"

kerr_t decode_smc_call(struct invocation *inv, const struct smc_call_args *args, struct smc_call_plan *plan)
{
    badge_t allowed = cap_badge(inv->cap);
    if ((allowed && args->function != allowed) || psci_is_kernel_only(args->function))
        return err_illegal(inv);
    *plan = (struct smc_call_plan){args->function, {args->arg0, args->arg1, args->arg2}};
    return KERR_OK;
}

kerr_t invoke_smc_call(struct invocation *inv, const struct smc_call_plan *plan)
{
    if (plan->function == PSCI_SYSTEM_OFF && plan->arg[0])
        semihosting_exit(EXIT_STATUS(plan->arg[0]));
    struct smc_result result = smc_call(plan->function, plan->arg[0], plan->arg[1], plan->arg[2]);
    for (word_t i = 0; i < ARRAY_SIZE(result.r); i++)
        invocation_set_result(inv, i, result.r[i]);
    return KERR_OK;
}
