// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The host's name: up to 64 bytes, as words of a message.

#include <stdint.h>

#define HOSTNAME_MAX 64
#define HOSTNAME_WORDS (HOSTNAME_MAX / 8)

// 0, or -LX_EINVAL if it is too long.
long hostname_set(uint64_t length, const uint64_t *words);
uint64_t hostname_get(uint64_t *words);
