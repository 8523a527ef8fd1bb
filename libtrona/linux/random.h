// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <stdint.h>

// user.S. 1 and a random number in *OUT; 0: none just now; -LX_EFAULT: the CPU has no such instruction.
long cpu_random(uint64_t *out);
