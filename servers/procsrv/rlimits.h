// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Resource limits of a process (getrlimit). procsrv enforces NPROC and SIGPENDING; STACK, DATA and AS are mmsrv's to
// enforce; NOFILE is the layer's; the others are only kept.

#include <stdbool.h>
#include <stdint.h>

#include <lx/abi.h>

#define LIMIT_INFINITE (~(uint64_t)0)

struct limit {
    uint64_t cur, max;
};

struct limits {
    struct limit of[LX_RLIM_NLIMITS];
};

void limits_init(struct limits *l);
// 0, -LX_EINVAL (unknown resource, cur above max) or -LX_EPERM (raising the maximum without privilege).
long limits_check(const struct limits *l, uint64_t resource, const struct limit *wanted, bool privileged);
// Tells mmsrv the limit RESOURCE of address space AS, if it is one of mmsrv's.
long limits_forward(uint64_t as, uint64_t resource, uint64_t cur);
// Tells mmsrv all limits of a new address space that differ from its defaults.
long limits_apply(const struct limits *l, uint64_t as);
