// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// IOPortControl: one capability, made at boot. It divides the 65536 ports into ranges that nobody else has.
//
// I1  A port's bit is set exactly while a capability of a range with it exists; all those are copies of one.
//
// Time: a bit for each port, 64 at once: at most 1024 steps, of a few instructions each.

#include "object/io_port_control.h"

#include "core/objects.h"

#define NR_PORTS 65536

static word_t issued[NR_PORTS / 64]; // [k]

// The kernel's own: the masked interrupt controllers.
static const struct {
    word_t first, last;
} kernel_ports[] = {{0x20, 0x21}, {0xa0, 0xa1}};

// The bits of the ports from FIRST on in its word, and of those up to LAST in its word.
static word_t bits_from(word_t first) { return ~MASK(first % 64); }
static word_t bits_up_to(word_t last) { return MASK(last % 64 + 1); }

static bool is_issued(word_t first, word_t last)
{
    word_t i = first / 64, end = last / 64;
    if (i == end)
        return issued[i] & bits_from(first) & bits_up_to(last);
    word_t found = (issued[i] & bits_from(first)) | (issued[end] & bits_up_to(last));
    while (++i < end)
        found |= issued[i];
    return found;
}

// Turns the bits of [FIRST, LAST], which are all alike.
static void turn(word_t first, word_t last)
{
    word_t i = first / 64, end = last / 64;
    bool were_issued = issued[i] & BIT(first % 64);
    if (i == end) {
        issued[i] ^= bits_from(first) & bits_up_to(last);
        return;
    }
    issued[i] ^= bits_from(first);
    issued[end] ^= bits_up_to(last);
    __builtin_memset(&issued[i + 1], were_issued ? 0 : 0xff, (end - i - 1) * sizeof(*issued));
}

static bool is_kernels(word_t first, word_t last)
{
    for (word_t i = 0; i < ARRAY_SIZE(kernel_ports); i++) {
        if (first <= kernel_ports[i].last && last >= kernel_ports[i].first)
            return true;
    }
    return false;
}

void io_port_finalise(word_t first, word_t last) { turn(first, last); }

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
    turn(plan->first, plan->last);
    cdt_insert(cap_new(KN_CAP_TYPE_IO_PORT, (paddr_t){0}, plan->first | plan->last << 16), inv->slot, plan->dest);
    return KERR_OK;
}
