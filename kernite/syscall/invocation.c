// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "syscall/invocation.h"

#include "core/cspace.h"
#include "core/ipc.h"
#include "debug/log.h"
#include "object/tcb.h"
#include "syscall/invoke.h"

bool invocation_log_errors;

word_t invocation_arg(const struct invocation *inv, word_t i)
{
    return i < inv->length ? message_word(inv->caller, i) : 0;
}

void invocation_set_result(struct invocation *inv, word_t i, word_t value)
{
    if (inv->nr_results <= i)
        inv->nr_results = i + 1;
    if (i < ARRAY_SIZE(inv->result))
        inv->result[i] = value;
    else if (inv->is_call)
        set_message_word(inv->caller, i, value);
}

void invocation_set_word(struct invocation *inv, word_t i, word_t value)
{
    struct arch_context *c = &inv->caller->context;
    word_t info = arch_get_info(c), length = inv->length > i ? inv->length : i + 1;
    arch_set_mr(c, i, value);
    arch_set_info(c, kn_msg_info_new(inv->label, 0, kn_msg_info_get_extra_caps(info), length));
}

static kerr_t error(struct invocation *inv, word_t type, word_t nr_words, const word_t *words)
{
    inv->error.type = type;
    inv->error.nr_words = nr_words;
    for (word_t i = 0; i < nr_words; i++)
        inv->error.word[i] = words[i];
    if (CONFIG_DEBUG && invocation_log_errors)
        klog("invocation of %lx (capability type %lu), label %lu: error %lu, %lx %lx\n", inv->cptr, cap_type(inv->cap),
             inv->label, type, nr_words > 0 ? words[0] : 0, nr_words > 1 ? words[1] : 0);
    return KERR_ERROR;
}

kerr_t err_argument(struct invocation *inv, word_t argument)
{
    return error(inv, KN_ERROR_INVALID_ARGUMENT, 1, &argument);
}

kerr_t err_capability(struct invocation *inv, word_t argument)
{
    return error(inv, KN_ERROR_INVALID_CAPABILITY, 1, &argument);
}

kerr_t err_illegal(struct invocation *inv)
{
    return error(inv, KN_ERROR_ILLEGAL_OPERATION, 0, NULL);
}

kerr_t err_range(struct invocation *inv, word_t min, word_t max)
{
    return error(inv, KN_ERROR_RANGE_ERROR, 2, (word_t[]){min, max});
}

kerr_t err_alignment(struct invocation *inv, word_t bits)
{
    return error(inv, KN_ERROR_ALIGNMENT_ERROR, 1, &bits);
}

kerr_t err_lookup(struct invocation *inv, bool was_source, const struct lookup_failure *failure)
{
    return error(inv, KN_ERROR_FAILED_LOOKUP, 5,
                 (word_t[]){was_source, failure->type, failure->word[0], failure->word[1], failure->word[2]});
}

kerr_t err_truncated(struct invocation *inv)
{
    return error(inv, KN_ERROR_TRUNCATED_MESSAGE, 0, NULL);
}

kerr_t err_delete_first(struct invocation *inv)
{
    return error(inv, KN_ERROR_DELETE_FIRST, 0, NULL);
}

kerr_t err_revoke_first(struct invocation *inv)
{
    return error(inv, KN_ERROR_REVOKE_FIRST, 0, NULL);
}

kerr_t err_memory(struct invocation *inv, word_t bytes_left)
{
    return error(inv, KN_ERROR_NOT_ENOUGH_MEMORY, 1, &bytes_left);
}

static kerr_t lookup(struct invocation *inv, bool is_source, struct cap root, cptr_t index, word_t depth,
                     struct lookup_result *result)
{
    *result = cspace_lookup_slot(root, index, depth);
    return result->slot ? KERR_OK : err_lookup(inv, is_source, &result->failure);
}

kerr_t invocation_lookup_slot(struct invocation *inv, bool is_source, struct cap root, cptr_t index, word_t depth,
                              struct cte **slot)
{
    struct lookup_result result;
    kerr_t status = lookup(inv, is_source, root, index, depth, &result);
    *slot = result.slot;
    return status;
}

kerr_t invocation_lookup_empty_slot(struct invocation *inv, struct cap root, cptr_t index, word_t depth,
                                    struct cte **slot)
{
    kerr_t status = invocation_lookup_slot(inv, false, root, index, depth, slot);
    if (status != KERR_OK)
        return status;
    return cte_is_empty(*slot) ? KERR_OK : err_delete_first(inv);
}

kerr_t invocation_lookup_range(struct invocation *inv, bool is_source, struct cap root, cptr_t index, word_t depth,
                               word_t count, struct cte **first)
{
    struct lookup_result result;
    kerr_t status = lookup(inv, is_source, root, index, depth, &result);
    *first = result.slot;
    if (status != KERR_OK)
        return status;
    return count <= result.nr_left ? KERR_OK : err_range(inv, 1, result.nr_left);
}
