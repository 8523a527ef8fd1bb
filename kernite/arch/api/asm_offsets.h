// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// For arch/<arch>/asm_offsets.c only, a file of one function whose body is a list of these macros. It is compiled to
// assembly text, from which codegen/asm_offsets.py makes kernel/asm_offsets.h: `#define NAME value`, for .S files.

#include <stddef.h>

#define ASM_CONST(name, value) __asm__ volatile(".ascii \"->" #name " %c0\"" : : "i"(value))
#define ASM_OFFSET(name, type, field) ASM_CONST(name, offsetof(type, field))
#define ASM_SIZE(name, type) ASM_CONST(name, sizeof(type))
