// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Scalar types with a meaning. Three kinds of address exist and do not mix: a physical address is a paddr_t
// (a structure, so that it never converts by accident), a user virtual address is a vaddr_t, and a kernel virtual
// address is a pointer. phys_to_ptr and ptr_to_phys (arch/api/mmu.h) are the only conversions.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kn/abi.h>

typedef uint64_t word_t;
typedef uint64_t cptr_t;
typedef uint64_t vaddr_t;
typedef uint64_t badge_t;
typedef uint64_t ticks_t; // timer ticks, see arch/api/timer.h
typedef struct {
    word_t raw;
} paddr_t;

// Result of decode and invoke functions. Must be checked.
typedef enum [[nodiscard]] {
    KERR_OK = 0,
    KERR_ERROR,     // the details are in struct invocation
    KERR_PREEMPTED, // a preemption point was taken; the system call is restarted
} kerr_t;

// What the compiler cannot know of hot paths.
#define LIKELY(condition) __builtin_expect(!!(condition), 1)
#define ALWAYS_INLINE __attribute__((always_inline)) // on a path that counts; into other files by link-time optimisation
#define NOINLINE __attribute__((noinline)) // a rare case, kept apart from the common one
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)

#define BIT(n) ((word_t)1 << (n))
#define MASK(n) ((n) >= 64 ? ~(word_t)0 : BIT(n) - 1)
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define ALIGN_UP(x, bits) (((x) + MASK(bits)) & ~MASK(bits))
#define IS_ALIGNED(x, bits) (((x) & MASK(bits)) == 0)
#define container_of(p, type, member) ((type *)((char *)(p) - offsetof(type, member)))
