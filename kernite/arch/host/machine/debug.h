// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Contract: arch/api/debug.h.

#define ARCH_INSTRUCTION_ALIGN_BITS 2
#define ARCH_CAN_WATCH_READS 1
