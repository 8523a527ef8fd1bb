// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "fpu.h"

#include "layer.h"

#define HWCAP_FP 1
#define HWCAP_ASIMD 2

const char arch_platform[] = "aarch64";

void fpu_reset(void)
{
    static const uint64_t zero[64];
    fpu_restore(zero);
    fpu_set_fpcr(0);
    fpu_set_fpsr(0);
}

// What every machine has; user mode cannot read the registers that tell of more.
word_t arch_hwcap(void) { return HWCAP_FP | HWCAP_ASIMD; }
