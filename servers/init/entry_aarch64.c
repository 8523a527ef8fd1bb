// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "init.h"

void process_entry_registers(struct kn_registers *r, kn_word_t entry, kn_word_t argument)
{
    r->pc = entry;
    r->x0 = argument;
}

void process_stack_register(struct kn_registers *r, kn_word_t stack_top)
{
    r->sp = stack_top;
}
