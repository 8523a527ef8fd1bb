// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#define VDSO_NAME(name) __vdso_##name

static inline long vdso_call(long number, long a0, long a1)
{
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a0), "S"(a1), "d"(0) : "rcx", "r11", "memory");
    return result;
}
