// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The declared errors of all invocations and system calls, generated from uapi/kernel/ (codegen/emit_tests.py).

#include <kn/abi.h>
#include <stdbool.h>

// How an error is provoked: by a function of its own, or, if the generated dispatcher checks it, by spoiling any valid
// call.
enum error_check {
    ERROR_CHECK_DECODE,
    ERROR_CHECK_WORDS, // one word less than the method has
    ERROR_CHECK_CAPS,  // one capability less than it needs
    ERROR_CHECK_TYPE,  // a capability of another type
    ERROR_CHECK_RANGE, // one below the least value, one above the highest
};

struct error_case {
    const char *id;
    const char *untested; // why no test machine can show it; NULL: it can
    kn_word_t error;      // KN_ERROR_*
    kn_word_t nr_words;   // of its payload
    kn_word_t given;      // bit i: payload word i is word[i]
    kn_word_t depends;    // bit i: payload word i depends; whoever provokes the error says what it must be
    kn_word_t word[KN_ERROR_MAX_PAYLOAD];
    enum error_check check;
    kn_word_t index;      // TYPE, RANGE: which word of the call's structure
    bool is_optional;     // TYPE: a null capability will do
    void (*provoke)(void *call, const void *valid);
};

struct error_method {
    const char *name;
    kn_word_t label, nr_args, nr_caps, nr_required_caps;
    bool has_registers;   // so many words as its argument count says follow the arguments
    kn_word_t count;      // has_registers: which word of the call's structure that is
    bool is_batch;        // its error reply says how many items were done
    void (*valid)(void *call);
    const struct error_case *cases; // in the order of the checks
    kn_word_t nr_cases;
};

struct error_syscall {
    const char *call, *id;
    void (*provoke)(void); // ends the case if the call does not fail as declared
};

extern const struct error_method error_methods[];
extern const kn_word_t nr_error_methods;
extern const struct error_syscall error_syscalls[];
extern const kn_word_t nr_error_syscalls;
