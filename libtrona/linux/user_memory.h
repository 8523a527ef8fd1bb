// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Memory that the program named by a pointer. Every access goes through here: an address outside the program's range, or
// without a mapping that allows it, gives -LX_EFAULT. Never with a lock of the layer held.

#include <stdbool.h>
#include <stddef.h>

#include <kn/abi.h>

// 0 or -LX_EFAULT. A copy that fails may have copied a part.
long copy_from_user(void *dest, kn_word_t src, size_t n);
long copy_to_user(kn_word_t dest, const void *src, size_t n);
// From the program's memory to the program's memory.
long copy_in_user(kn_word_t dest, kn_word_t src, size_t n);
// A NUL-terminated string with its terminator: its length, -LX_EFAULT, or -LX_ENAMETOOLONG if it has SIZE bytes or more.
long copy_string_from_user(char *dest, kn_word_t src, size_t size);
// Length of the string at SRC, at most MAX; -LX_EFAULT.
long user_string_length(kn_word_t src, size_t max);
// Makes [ADDR, ADDR + N) writable now, so that a copy right afterwards does not fail (unless another thread unmaps it).
long probe_user_write(kn_word_t addr, size_t n);
// Whether [ADDR, ADDR + N) lies in what programs may use.
bool is_user_range(kn_word_t addr, size_t n);

// One value of the type of *P at user address ADDR.
#define get_user(p, addr) copy_from_user((p), (addr), sizeof *(p))
#define put_user(p, addr) copy_to_user((addr), (p), sizeof *(p))

// user.S, for user_memory.c and futex.c only: without range check.
long user_copy(void *dest, const void *src, size_t n);
long user_touch(void *p);
long user_compare_exchange(uint32_t *p, uint32_t *expected, uint32_t desired);
