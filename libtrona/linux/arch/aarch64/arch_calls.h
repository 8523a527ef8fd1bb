// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// System calls that only aarch64 has: none.

// clang-format off
#define ARCH_CALLS(X)
// clang-format on
