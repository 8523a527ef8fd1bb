// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "init.h"

void process_entry_registers(struct kn_registers *r, kn_word_t entry, kn_word_t argument)
{
    r->rip = entry;
    r->rdi = argument;
    r->rflags = 0x202; // interrupts on; bit 1 is always set
}

void process_stack_register(struct kn_registers *r, kn_word_t stack_top)
{
    r->rsp = stack_top - 8; // as after a call
}
