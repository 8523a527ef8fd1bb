// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// User registers of the host port: the register file of uapi/kernel/registers.yaml as an array. A simulated system
// call instruction is four bytes long.

#include "core/types.h"

#define HOST_SYSCALL_BYTES 4

struct arch_context {
    word_t reg[KN_NR_REGISTERS]; // [k] KN_REG_*
};

struct arch_fpu {
    word_t reg[4]; // [k] stands for the vector registers
};

#define ARCH_REG_PC KN_REG_PC
#define ARCH_REG_SP KN_REG_SP
#define ARCH_REG_FLAGS KN_REG_FLAGS

static inline word_t arch_get_cptr(const struct arch_context *c) { return c->reg[KN_REG_CPTR]; }
static inline word_t arch_get_info(const struct arch_context *c) { return c->reg[KN_REG_INFO]; }
static inline word_t arch_get_reply(const struct arch_context *c) { return c->reg[KN_REG_REPLY]; }
static inline word_t arch_get_dest(const struct arch_context *c) { return c->reg[KN_REG_DEST]; }
static inline word_t arch_get_mr(const struct arch_context *c, word_t i) { return c->reg[KN_REG_MR0 + i]; }
static inline void arch_set_badge(struct arch_context *c, word_t v) { c->reg[KN_REG_CPTR] = v; }
static inline void arch_set_info(struct arch_context *c, word_t v) { c->reg[KN_REG_INFO] = v; }
static inline void arch_set_mr(struct arch_context *c, word_t i, word_t v) { c->reg[KN_REG_MR0 + i] = v; }
static inline word_t arch_get_pc(const struct arch_context *c) { return c->reg[KN_REG_PC]; }
static inline word_t arch_get_sp(const struct arch_context *c) { return c->reg[KN_REG_SP]; }
static inline word_t arch_get_flags(const struct arch_context *c) { return c->reg[KN_REG_FLAGS]; }
static inline void arch_set_pc(struct arch_context *c, word_t v) { c->reg[KN_REG_PC] = v; }
static inline void arch_set_sp(struct arch_context *c, word_t v) { c->reg[KN_REG_SP] = v; }
static inline void arch_set_flags(struct arch_context *c, word_t v) { c->reg[KN_REG_FLAGS] = v; }
static inline void arch_rewind_syscall(struct arch_context *c) { c->reg[KN_REG_PC] -= HOST_SYSCALL_BYTES; }
