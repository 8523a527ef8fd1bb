// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// I/O ports (x86_64). See object/io_port.c.

#include <kernel/invocation_args.h>

#include "syscall/invocation.h"

// A port (with as many behind it as the access is wide) that the capability covers.
struct io_port_in8_plan {
    uint16_t port;
};

struct io_port_in16_plan {
    uint16_t port;
};

struct io_port_in32_plan {
    uint16_t port;
};

struct io_port_out8_plan {
    uint16_t port;
    uint8_t value;
};

struct io_port_out16_plan {
    uint16_t port;
    uint16_t value;
};

struct io_port_out32_plan {
    uint16_t port;
    uint32_t value;
};

// All: ILLEGAL_OPERATION if the capability does not cover all ports of the access.
kerr_t decode_io_port_in8(struct invocation *inv, const struct io_port_in8_args *args, struct io_port_in8_plan *plan);
kerr_t decode_io_port_in16(struct invocation *inv, const struct io_port_in16_args *args,
                           struct io_port_in16_plan *plan);
kerr_t decode_io_port_in32(struct invocation *inv, const struct io_port_in32_args *args,
                           struct io_port_in32_plan *plan);
kerr_t decode_io_port_out8(struct invocation *inv, const struct io_port_out8_args *args,
                           struct io_port_out8_plan *plan);
kerr_t decode_io_port_out16(struct invocation *inv, const struct io_port_out16_args *args,
                            struct io_port_out16_plan *plan);
kerr_t decode_io_port_out32(struct invocation *inv, const struct io_port_out32_args *args,
                            struct io_port_out32_plan *plan);

// In: result 0 is what was read. Out: the low bits of the value are written.
kerr_t invoke_io_port_in8(struct invocation *inv, const struct io_port_in8_plan *plan);
kerr_t invoke_io_port_in16(struct invocation *inv, const struct io_port_in16_plan *plan);
kerr_t invoke_io_port_in32(struct invocation *inv, const struct io_port_in32_plan *plan);
kerr_t invoke_io_port_out8(struct invocation *inv, const struct io_port_out8_plan *plan);
kerr_t invoke_io_port_out16(struct invocation *inv, const struct io_port_out16_plan *plan);
kerr_t invoke_io_port_out32(struct invocation *inv, const struct io_port_out32_plan *plan);
