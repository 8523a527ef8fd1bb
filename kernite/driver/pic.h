// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The pair of 8259 interrupt controllers of the PC: only to be switched off.

#include "core/types.h"

// Masks all lines. A spurious interrupt can still come; the pair's 16 vectors are from FIRST_VECTOR on.
void pic_disable(uint8_t first_vector);
