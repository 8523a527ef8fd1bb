// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// I/O ports. A capability's second word is first | last << 16; it has no rights and no state.
//
// I1  Every access of a user to a port goes through here: IOPL is 0 and the TSS has no port map.

#include "object/io_port.h"

#include <machine/instructions.h>

static bool covers(struct cap cap, word_t port, word_t nr_bytes)
{
    word_t first = cap.w[1] & 0xffff, last = (cap.w[1] >> 16) & 0xffff;
    return port >= first && port <= last && nr_bytes - 1 <= last - port;
}

static kerr_t check_port(struct invocation *inv, word_t port, word_t nr_bytes, uint16_t *out)
{
    if (!covers(inv->cap, port, nr_bytes))
        return err_illegal(inv);
    *out = (uint16_t)port;
    return KERR_OK;
}

kerr_t decode_io_port_in8(struct invocation *inv, const struct io_port_in8_args *args, struct io_port_in8_plan *plan)
{
    return check_port(inv, args->port, 1, &plan->port);
}

kerr_t invoke_io_port_in8(struct invocation *inv, const struct io_port_in8_plan *plan)
{
    invocation_set_result(inv, 0, x86_64_in8(plan->port));
    return KERR_OK;
}

kerr_t decode_io_port_in16(struct invocation *inv, const struct io_port_in16_args *args, struct io_port_in16_plan *plan)
{
    return check_port(inv, args->port, 2, &plan->port);
}

kerr_t invoke_io_port_in16(struct invocation *inv, const struct io_port_in16_plan *plan)
{
    invocation_set_result(inv, 0, x86_64_in16(plan->port));
    return KERR_OK;
}

kerr_t decode_io_port_in32(struct invocation *inv, const struct io_port_in32_args *args, struct io_port_in32_plan *plan)
{
    return check_port(inv, args->port, 4, &plan->port);
}

kerr_t invoke_io_port_in32(struct invocation *inv, const struct io_port_in32_plan *plan)
{
    invocation_set_result(inv, 0, x86_64_in32(plan->port));
    return KERR_OK;
}

kerr_t decode_io_port_out8(struct invocation *inv, const struct io_port_out8_args *args, struct io_port_out8_plan *plan)
{
    plan->value = (uint8_t)args->value;
    return check_port(inv, args->port, 1, &plan->port);
}

kerr_t invoke_io_port_out8(struct invocation *inv, const struct io_port_out8_plan *plan)
{
    (void)inv;
    x86_64_out8(plan->port, plan->value);
    return KERR_OK;
}

kerr_t decode_io_port_out16(struct invocation *inv, const struct io_port_out16_args *args,
                            struct io_port_out16_plan *plan)
{
    plan->value = (uint16_t)args->value;
    return check_port(inv, args->port, 2, &plan->port);
}

kerr_t invoke_io_port_out16(struct invocation *inv, const struct io_port_out16_plan *plan)
{
    (void)inv;
    x86_64_out16(plan->port, plan->value);
    return KERR_OK;
}

kerr_t decode_io_port_out32(struct invocation *inv, const struct io_port_out32_args *args,
                            struct io_port_out32_plan *plan)
{
    plan->value = (uint32_t)args->value;
    return check_port(inv, args->port, 4, &plan->port);
}

kerr_t invoke_io_port_out32(struct invocation *inv, const struct io_port_out32_plan *plan)
{
    (void)inv;
    x86_64_out32(plan->port, plan->value);
    return KERR_OK;
}
