// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The FPU and vector registers. See fpu.c.

#include "arch/x86_64/machine/instructions.h"

struct tcb;

#define X86_64_CR0 (CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_WP | CR0_AM | CR0_PG)

// T becomes live instead of OLD: its state, or a trap on use. Nothing to do if neither is an FPU user.
void x86_64_fpu_switch(struct tcb *old, struct tcb *t);
