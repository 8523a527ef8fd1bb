// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The capability by which a client calls.

#include <stdint.h>

#include <kn/abi.h>

// A capability of client SERIAL, good until the next one is made. 0: none to be had.
kn_cptr_t client_capability(uint64_t serial);
