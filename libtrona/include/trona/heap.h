// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Heap of a native program: sized blocks in classes (powers of two, and one and a half times those) over a range that grows
// by request. The size is given back at the free, so blocks carry no header. O(1) but for growth.
// I1: a free block of a class is on exactly one list, or lies in the part of the class's last slab, or of the range, that
//     was never handed out.
// I2: a block is aligned to the largest power of two that divides its class's size, at most 4096.

#include <stddef.h>

#include <kn/abi.h>

// [start, start + mapped) is usable now; the range may grow to end.
void trona_heap_init(kn_word_t start, kn_word_t mapped, kn_word_t end);
// How to map at least BYTES more at ADDR, the end of what is mapped: returns how many were mapped, perhaps fewer, 0 if
// refused. It must not use the heap. The default asks mmsrv (server_grow); mmsrv sets its own.
void trona_heap_set_grow(size_t (*grow)(kn_word_t addr, size_t bytes));

// A block of at least SIZE bytes, contents undefined; NULL if memory is refused. SIZE 0 counts as 1.
void *trona_alloc(size_t size);
// The same, filled with zeros.
void *trona_alloc_zero(size_t size);
// Gives a block back; SIZE as it was asked for. NULL is allowed.
void trona_free(void *block, size_t size);
// Bytes handed out and not given back, for leak checks.
size_t trona_heap_used(void);
