// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// System calls of debug kernels. Release kernels treat them as foreign.

#include "core/types.h"

struct tcb;

// Carries out NUMBER for T, the current thread; false: it is none of these.
bool debug_syscall(struct tcb *t, word_t number);
