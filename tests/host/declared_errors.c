// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// What debug kernels compare each error of an invocation with: the errors that the specification declares.

#include "debug/declared_errors.h"

#include <setjmp.h>

#include "harness.h"
#include "syscall/invocation.h"

// An invocation of the capability in SLOT with LABEL that has failed with error TYPE and a payload of one or two words.
static struct invocation failed(word_t slot, word_t label, word_t type, word_t word0, word_t word1)
{
    return (struct invocation){
        .cap = cte_at(slot)->cap, .label = label, .error = {.type = type, .nr_words = 2, .word = {word0, word1}}};
}

static bool is_declared(word_t slot, word_t label, word_t type, word_t word0, word_t word1)
{
    struct invocation inv = failed(slot, label, type, word0, word1);
    return error_is_declared(&inv);
}

TEST(declared_error_is_one_of_the_method_with_the_payload_given)
{
    word_t label = KN_LABEL_TCB_READ_REGISTERS;
    EXPECT(is_declared(KN_INIT_CAP_TCB, label, KN_ERROR_RANGE_ERROR, 1, KN_NR_REGISTERS));
    EXPECT(!is_declared(KN_INIT_CAP_TCB, label, KN_ERROR_RANGE_ERROR, 1, KN_NR_REGISTERS - 1));
    EXPECT(is_declared(KN_INIT_CAP_TCB, label, KN_ERROR_TRUNCATED_MESSAGE, 0, 0));
    EXPECT(!is_declared(KN_INIT_CAP_TCB, label, KN_ERROR_DELETE_FIRST, 0, 0));
}

TEST(declared_payload_word_that_depends_may_be_anything)
{
    word_t label = KN_LABEL_TCB_SET_PRIORITY;
    EXPECT(is_declared(KN_INIT_CAP_TCB, label, KN_ERROR_RANGE_ERROR, 0, 17));
    EXPECT(!is_declared(KN_INIT_CAP_TCB, label, KN_ERROR_RANGE_ERROR, 1, 17));
}

TEST(declared_payload_must_not_be_missing)
{
    struct invocation inv = failed(KN_INIT_CAP_TCB, KN_LABEL_TCB_SET_FLAGS, KN_ERROR_INVALID_ARGUMENT, 0, 0);
    EXPECT(error_is_declared(&inv));
    inv.error.nr_words = 0;
    EXPECT(!error_is_declared(&inv));
}

TEST(declared_errors_without_a_method_are_those_of_call)
{
    word_t endpoint = make(KN_OBJECT_TYPE_ENDPOINT, 0), label = KN_LABEL_CNODE_COPY;
    EXPECT(is_declared(KN_INIT_CAP_TCB, label, KN_ERROR_ILLEGAL_OPERATION, 0, 0));
    EXPECT(!is_declared(KN_INIT_CAP_TCB, label, KN_ERROR_DELETE_FIRST, 0, 0));
    EXPECT(is_declared(endpoint, label, KN_ERROR_INVALID_CAPABILITY, 0, 0));
    EXPECT(!is_declared(endpoint, label, KN_ERROR_INVALID_CAPABILITY, 1, 0));
    EXPECT(!is_declared(endpoint, label, KN_ERROR_ILLEGAL_OPERATION, 0, 0));
}

TEST(undeclared_error_is_a_panic)
{
    jmp_buf halted, *on_halt = host.on_halt;
    host.on_halt = &halted;
    struct invocation inv = failed(KN_INIT_CAP_TCB, KN_LABEL_TCB_SUSPEND, KN_ERROR_RANGE_ERROR, 0, 0);
    if (!setjmp(halted)) {
        check_error_is_declared(&inv);
        test_fail(__FILE__, __LINE__, "it was accepted");
    }
    host.on_halt = on_halt;
}
