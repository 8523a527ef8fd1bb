// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "arch/api/mmu.h"

// What TTBR0 holds, with ASID 0, when no user's address space is live.
extern pte_t aarch64_empty_root[];

struct arch_fpu;
void aarch64_fpu_save(struct arch_fpu *f);       // fpu.S; the FPU is on
void aarch64_fpu_load(const struct arch_fpu *f);
