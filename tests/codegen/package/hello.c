// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// A root task that uses what the package exports: stubs, libtrona's routines and its entry.

#include <kn/stubs.h>
#include <trona/main.h>
#include <trona/string.h>

_Noreturn void trona_main(void *start)
{
    struct kn_boot_info copy;
    memcpy(&copy, start, sizeof copy);
    for (;;)
        kn_tcb_suspend(KN_INIT_CAP_TCB);
}
