// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "registers.h"

void registers_set_start(struct kn_registers *r, kn_word_t pc) { *r = (struct kn_registers){.pc = pc}; }

void registers_set_answer(struct kn_registers *r, kn_word_t info, kn_word_t mr0)
{
    r->x0 = 0;
    r->x1 = info;
    r->x2 = mr0;
}
