// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Preemption points. A long operation does one bounded step, then asks here; so each restart does at least one step,
// and the operation ends even if an interrupt is always pending, or another CPU always waits for the lock. Never inlined: by
// its address the latency test sees where paths with interrupts off are cut (tests/kernel/latency).

#include "core/preempt.h"

#include "arch/api/irq.h"
#include "core/smp.h"

NOINLINE bool preemption_point(void)
{
    return arch_irq_pending() || smp_is_awaited();
}
