// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Random bytes: ChaCha20 (RFC 8439) in counter mode, its key taken anew from its own output and the processor's generator
// after every request, so that earlier output can't be told from a later state.

#include <stddef.h>

void random_init(void);
void random_bytes(void *data, size_t n);
// Stirs DATA in (writes to /dev/random).
void random_mix(const void *data, size_t n);
