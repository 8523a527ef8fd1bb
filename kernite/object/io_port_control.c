// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// IOPortControl: one capability, made at boot. It divides the 65536 ports into ranges that nobody else has.
//
// I1  A port's bit is set exactly while a capability of a range with it exists; all those are copies of one.
//
// Time: a bit for each port, 64 at once: at most 1024 steps.

#include "object/io_port_control.h"

#include "core/objects.h"

#define NR_PORTS 65536

static word_t issued[NR_PORTS / 64]; // [k]

// The kernel's own: the masked interrupt controllers.
static const struct {
    word_t first, last;
} kernel_ports[] = {{0x20, 0x21}, {0xa0, 0xa1}};

// The bits of [FIRST, LAST] in word I.
static word_t bits_in_word(word_t i, word_t first, word_t last)
{
    word_t low = i == first / 64 ? first % 64 : 0;
    word_t high = i == last / 64 ? last % 64 : 63;
    return MASK(high + 1) & ~MASK(low);
}

static bool is_issued(word_t first, word_t last)
{
    for (word_t i = first / 64; i <= last / 64; i++) {
        if (issued[i] & bits_in_word(i, first, last))
            return true;
    }
    return false;
}

static bool is_kernels(word_t first, word_t last)
{
    for (word_t i = 0; i < ARRAY_SIZE(kernel_ports); i++) {
        if (first <= kernel_ports[i].last && last >= kernel_ports[i].first)
            return true;
    }
    return false;
}

void io_port_finalise(word_t first, word_t last)
{
    for (word_t i = first / 64; i <= last / 64; i++)
        issued[i] &= ~bits_in_word(i, first, last);
}

kerr_t decode_io_port_control_issue(struct invocation *inv, const struct io_port_control_issue_args *args,
                                    struct io_port_control_issue_plan *plan)
{
    if (args->last < args->first)
        return err_argument(inv, 1);
    if (is_kernels(args->first, args->last))
        return err_argument(inv, 0);
    if (is_issued(args->first, args->last))
        return err_revoke_first(inv);
    plan->first = args->first;
    plan->last = args->last;
    return invocation_lookup_empty_slot(inv, args->root->cap, args->index, args->depth, &plan->dest);
}

kerr_t invoke_io_port_control_issue(struct invocation *inv, const struct io_port_control_issue_plan *plan)
{
    for (word_t i = plan->first / 64; i <= plan->last / 64; i++)
        issued[i] |= bits_in_word(i, plan->first, plan->last);
    cdt_insert(cap_new(KN_CAP_TYPE_IO_PORT, (paddr_t){0}, plan->first | plan->last << 16), inv->slot, plan->dest);
    return KERR_OK;
}
