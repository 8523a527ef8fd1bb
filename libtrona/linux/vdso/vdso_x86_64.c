// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// What only x86_64's vDSO has.

#include <kn/abi.h>
#include <lx/abi.h>

#include "clock.h"
#include "vdso_arch.h"

#define NS_PER_SECOND 1000000000ul

long __vdso_time(long *t);
long __vdso_getcpu(unsigned *cpu, unsigned *node, void *unused);

long __vdso_time(long *t)
{
    struct clock_sample s = clock_sample();
    long seconds = (long)((s.monotonic_ns + (uint64_t)s.realtime_offset_ns) / NS_PER_SECOND);
    if (t)
        *t = seconds;
    return seconds;
}

long __vdso_getcpu(unsigned *cpu, unsigned *node, void *unused)
{
    (void)unused;
    return vdso_call(LX_SYS_getcpu, (long)cpu, (long)node);
}
