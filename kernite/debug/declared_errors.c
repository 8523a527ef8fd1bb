// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "debug/declared_errors.h"

#include "debug/log.h"
#include "kernel/declared_errors.h"
#include "syscall/invocation.h"

static bool matches(const struct invocation *inv, const struct declared_error *e)
{
    if (inv->error.type != e->type)
        return false;
    for (word_t i = 0; i < KN_ERROR_MAX_PAYLOAD; i++)
        if ((e->given & BIT(i)) && (i >= inv->error.nr_words || inv->error.word[i] != e->word[i]))
            return false;
    return true;
}

static bool is_declared_for(const struct invocation *inv, const struct declared_error *errors, word_t nr_errors)
{
    for (word_t i = 0; i < nr_errors; i++)
        if (matches(inv, &errors[i]))
            return true;
    return false;
}

bool error_is_declared(const struct invocation *inv)
{
    static const struct declared_error no_object = {KN_ERROR_INVALID_CAPABILITY, BIT(0), {0}};
    static const struct declared_error no_method = {KN_ERROR_ILLEGAL_OPERATION, 0, {0}};
    const struct declared_error *errors = declared_errors;
    bool has_methods = false;
    for (word_t i = 0; i < ARRAY_SIZE(declared_methods); i++) {
        const struct declared_method *m = &declared_methods[i];
        bool is_object = m->cap_type == cap_type(inv->cap);
        if (is_object && m->label == inv->label)
            return is_declared_for(inv, errors, m->nr_errors);
        has_methods |= is_object;
        errors += m->nr_errors;
    }
    return matches(inv, has_methods ? &no_method : &no_object);
}

void check_error_is_declared(const struct invocation *inv)
{
    if (!error_is_declared(inv))
        kpanic("capability type %lu, label %lu: error %lu (%lx, %lx) is not declared; add it to the method's errors in "
               "uapi/kernel/invocations.yaml and its function to tests/kernel/api/errors/",
               cap_type(inv->cap), inv->label, inv->error.type, inv->error.nr_words > 0 ? inv->error.word[0] : 0,
               inv->error.nr_words > 1 ? inv->error.word[1] : 0);
}
