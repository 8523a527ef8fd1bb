// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// For each declared error of each method, how to provoke it: a file for each object or few that belong together.
// ../errors.c tries them all, from the generated table.
//
//   VALID(frame_map) { c->frame = make_frame(); ... }             a call of Frame_Map that would succeed
//   ERROR(frame_map, alignment) { c->vaddr += 8; expect(0, 12); } what makes it fail with the error `alignment`
//
// ERROR changes words of the call, C, or the objects that the fresh valid call, V, names. To try a pair, first the later
// error and then the earlier one change C, so that both conditions hold at once where they can: an ERROR changes no more
// than it must, says by += what an address is off, and touches objects by V's words, since C's may be spoilt already.
// Words that VALID does not write are 0.
//
// The generated tests/error_calls.h has the structures; an id that it lacks is not declared in uapi/kernel/.

#include "../thread.h"
#include "tests/error_calls.h"

#define VALID(method)                                                                                                  \
    static void set_##method(struct call_##method *c);                                                                 \
    void valid_##method(void *call) { set_##method(call); }                                                            \
    static void set_##method(struct call_##method *c)
#define ERROR(method, id)                                                                                              \
    static void spoil_##method##_##id(struct call_##method *c, const struct call_##method *v);                         \
    void error_##method##_##id(void *call, const void *valid) { spoil_##method##_##id(call, valid); }                  \
    static void spoil_##method##_##id([[maybe_unused]] struct call_##method *c,                                        \
                                      [[maybe_unused]] const struct call_##method *v)
// The same for a system call: all of the test, with CHECKs.
#define SYSCALL_ERROR(call, id) void error_sys_##call##_##id(void)

// Payload word I of the error will be VALUE: for words that depend.
void expect(kn_word_t i, kn_word_t value);
// The message has N words only.
void send_words(kn_word_t n);

// Changes a DEPTH so that the CNode's guard does not match.
void no_slot(kn_word_t *depth);
// Puts something in SLOT, which is empty.
void fill(kn_cptr_t slot);
// The last slot of ROOT, which is empty.
kn_cptr_t last_slot(void);

// The destination slot (index, depth) that many methods have.
#define DEST_ERRORS(method)                                                                                            \
    ERROR(method, dest_lookup) { no_slot(&c->depth); }                                                                 \
    ERROR(method, dest_occupied) { fill(v->index); }
