// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "core/cpu.h"

struct cpu cpus[KERNEL_MAX_CPUS];
word_t nr_cpus = 1; // until boot code starts others
