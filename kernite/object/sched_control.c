// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// SchedControl: one capability a CPU, made at boot, names no memory and dies with its last copy. Whoever holds it says
// how much of that CPU's time scheduling contexts get; the kernel keeps no sum over them, admission is the holder's.
//
// I1  Word 1 of the capability is a CPU in use.
// I2  A configured context has min_budget <= budget <= period <= arch_max_us, and at most the refills its object holds.

#include "object/sched_control.h"

#include "arch/api/mmu.h"
#include "arch/api/timer.h"
#include "syscall/invocation.h"

enum { ARGUMENT_FLAGS = 4 };

kerr_t decode_sched_control_configure(struct invocation *inv, const struct sched_control_configure_args *args,
                                      struct sched_control_configure_plan *plan)
{
    word_t max_extra = sched_context_max_refills(cap_size_bits(args->sched_context->cap)) - KN_SCHED_CONTEXT_MIN_REFILLS;
    if (args->flags & ~(word_t)KN_SCHED_FLAG_MASK)
        return err_argument(inv, ARGUMENT_FLAGS);
    if (args->period_us < KN_TICKLESS_MIN_BUDGET_US || args->period_us > arch_max_us())
        return err_range(inv, KN_TICKLESS_MIN_BUDGET_US, arch_max_us());
    if (args->budget_us < KN_TICKLESS_MIN_BUDGET_US || args->budget_us > args->period_us)
        return err_range(inv, KN_TICKLESS_MIN_BUDGET_US, args->period_us);
    if (args->extra_refills > max_extra)
        return err_range(inv, 0, max_extra);
    plan->sc = cap_object(args->sched_context->cap);
    plan->parameters = (struct sched_context_parameters){
        .budget = arch_us_to_ticks(args->budget_us),
        .period = arch_us_to_ticks(args->period_us),
        .refills = args->extra_refills + KN_SCHED_CONTEXT_MIN_REFILLS,
        .badge = args->badge,
        .cpu = inv->cap.w[1],
        .is_sporadic = args->flags & KN_SCHED_FLAG_SPORADIC,
    };
    return KERR_OK;
}

kerr_t invoke_sched_control_configure(struct invocation *inv, const struct sched_control_configure_plan *plan)
{
    (void)inv;
    sched_context_configure(plan->sc, &plan->parameters);
    return KERR_OK;
}
