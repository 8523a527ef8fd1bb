// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The FPU and vector registers. See fpu.c.

#include "arch/x86_64/machine/instructions.h"

struct tcb;

#define X86_64_CR0 (CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_WP | CR0_AM | CR0_PG)

void x86_64_fpu_save(struct tcb *t);      // T is live and an FPU user; its state stays in the registers, too
void x86_64_fpu_switch_to(struct tcb *t); // T becomes live: its state, or a trap on use
