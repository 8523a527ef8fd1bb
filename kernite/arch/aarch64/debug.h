// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Debug registers, between C files of this architecture. The rest is arch/api/debug.h.

#include "core/types.h"

struct tcb;

// Boot: the calling CPU's debug registers, all off.
void aarch64_debug_init_cpu(void);
// This CPU's debug registers are to be T's.
void aarch64_debug_switch(const struct tcb *t);
// T goes on at another PC than where it stopped.
void aarch64_pc_changed(struct tcb *t);
#define AARCH64_CLASS_FIRST_DEBUG 0x30
// An exception of a class from there on, in user mode.
void aarch64_debug_exception(word_t class, word_t esr, word_t far);
