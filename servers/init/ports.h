// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// x86_64: I/O port capabilities, each range issued once.

#include <kn/abi.h>

// init's capability of the ports FIRST to LAST.
kn_cptr_t port_capability(kn_word_t first, kn_word_t last);
