// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What init's files share beside objects.h and process.h.

#include <kn/abi.h>

struct kn_registers;

kn_cptr_t init_endpoint(void);      // where faults of servers arrive
kn_cptr_t init_notification(void);  // what stops the machine on request
kn_cptr_t init_sched_control(void); // of the CPU on which servers start
// The registers with which a native program starts: entry point and first argument, all else 0.
void process_entry_registers(struct kn_registers *registers, kn_word_t entry, kn_word_t argument);
void process_stack_register(struct kn_registers *registers, kn_word_t stack_top);
