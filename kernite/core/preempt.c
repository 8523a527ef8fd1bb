// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Preemption points. A long operation does one bounded step, then asks here; so each restart does at least one step,
// and the operation ends even if an interrupt is always pending. Never inlined: by its address the latency test sees
// where paths with interrupts off are cut (tests/kernel/latency).

#include "core/preempt.h"

#include "arch/api/irq.h"

NOINLINE bool preemption_point(void)
{
    return arch_irq_pending();
}
