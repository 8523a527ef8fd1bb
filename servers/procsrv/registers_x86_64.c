// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "registers.h"

#define RFLAGS_CLEAN 0x202 // interrupts on; bit 1 is always set

void registers_set_start(struct kn_registers *r, kn_word_t pc)
{
    *r = (struct kn_registers){.rip = pc, .rflags = RFLAGS_CLEAN};
}

void registers_set_answer(struct kn_registers *r, kn_word_t info, kn_word_t mr0)
{
    r->rdi = 0;
    r->rsi = info;
    r->rdx = mr0;
}
