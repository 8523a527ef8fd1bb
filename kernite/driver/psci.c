// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "driver/psci.h"

static enum { CONDUIT_NONE, CONDUIT_SMC, CONDUIT_HVC } conduit; // [I]

void psci_init(bool use_hvc) { conduit = use_hvc ? CONDUIT_HVC : CONDUIT_SMC; }

struct smc_result smc_call(word_t function, word_t arg0, word_t arg1, word_t arg2)
{
    register word_t x0 __asm__("x0") = function;
    register word_t x1 __asm__("x1") = arg0;
    register word_t x2 __asm__("x2") = arg1;
    register word_t x3 __asm__("x3") = arg2;
    // Before version 1.1 of the convention a call may change x4 to x17.
#define CLOBBERS "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "memory"
    if (conduit == CONDUIT_HVC)
        __asm__ volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : : CLOBBERS);
    else if (conduit == CONDUIT_SMC)
        __asm__ volatile("smc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : : CLOBBERS);
    else
        x0 = ~(word_t)0; // SMCCC: not supported
    return (struct smc_result){{x0, x1, x2, x3}};
}

bool psci_is_kernel_only(word_t function)
{
    // The 64-bit variant of a call has bit 30 set. Only the low 32 bits are the id.
    switch (function & 0xbfffffff) {
    case 0x84000001: // CPU_SUSPEND
    case 0x84000002: // CPU_OFF
    case 0x84000003: // CPU_ON
    case 0x84000005: // MIGRATE
    case 0x8400000b: // CPU_FREEZE
    case 0x8400000c: // CPU_DEFAULT_SUSPEND
    case 0x8400000e: // SYSTEM_SUSPEND
        return true;
    default:
        return false;
    }
}
