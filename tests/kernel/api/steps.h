// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// A thread that takes single steps through code of arch/<arch>/steps.S: each ends in a fault message to the case.

#include "thread.h"

struct steps {
    struct thread *thread;
    kn_cptr_t endpoint, reply;
    struct kn_msg fault; // the last one
};

struct steps steps_new(void);
// Starts it with these registers, whatever it was doing, and waits for its fault.
void steps_start(struct steps *s, const struct kn_registers *registers);
// Answers its fault with RESUME and the first LENGTH words as the message now is, and waits for the next.
void steps_resume(struct steps *s, kn_word_t length);
void steps_wait(struct steps *s);

struct kn_registers steps_registers(const struct steps *s);
static inline kn_word_t steps_word(const struct steps *s, kn_word_t i) { return kn_msg_get(&s->fault, i); }
// What its last fault is: the end of a step (a foreign system call), an exception, a VM fault.
bool steps_is_end(const struct steps *s);
bool steps_is_exception(const struct steps *s, kn_word_t number);
bool steps_is_debug(const struct steps *s, kn_word_t reason);
static inline bool steps_is_break(const struct steps *s) { return steps_is_debug(s, KN_BREAKPOINT_TYPE_SOFTWARE_BREAK); }
bool steps_is_vm_fault(const struct steps *s, kn_word_t addr, kn_word_t access);
