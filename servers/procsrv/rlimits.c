// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "rlimits.h"

#include <kn/proto/mm.h>

#include "port.h"

#define MIB ((uint64_t)1 << 20)
#define DEFAULT_STACK (8 * MIB) // mmsrv's default too
#define DEFAULT_SIGPENDING 256
#define DEFAULT_NPROC (KN_LAYOUT_PROC_TABLE_ENTRIES / 2)

void limits_init(struct limits *l)
{
    for (unsigned i = 0; i < LX_RLIM_NLIMITS; i++)
        l->of[i] = (struct limit){LIMIT_INFINITE, LIMIT_INFINITE};
    l->of[LX_RLIMIT_STACK].cur = DEFAULT_STACK;
    l->of[LX_RLIMIT_CORE].cur = 0;
    l->of[LX_RLIMIT_NOFILE] = (struct limit){1024, 4096};
    l->of[LX_RLIMIT_NPROC] = (struct limit){DEFAULT_NPROC, DEFAULT_NPROC};
    l->of[LX_RLIMIT_SIGPENDING] = (struct limit){DEFAULT_SIGPENDING, DEFAULT_SIGPENDING};
    l->of[LX_RLIMIT_MEMLOCK] = (struct limit){8 * MIB, 8 * MIB};
    l->of[LX_RLIMIT_MSGQUEUE] = (struct limit){819200, 819200};
    l->of[LX_RLIMIT_NICE] = (struct limit){0, 0};
    l->of[LX_RLIMIT_RTPRIO] = (struct limit){0, 0};
}

long limits_check(const struct limits *l, uint64_t resource, const struct limit *wanted, bool privileged)
{
    if (resource >= LX_RLIM_NLIMITS || (wanted && wanted->cur > wanted->max))
        return -LX_EINVAL;
    return wanted && wanted->max > l->of[resource].max && !privileged ? -LX_EPERM : 0;
}

long limits_forward(uint64_t as, uint64_t resource, uint64_t cur)
{
    switch (resource) {
    case LX_RLIMIT_STACK: return port_as_set_limit(as, KN_MM_LIMIT_STACK, cur);
    case LX_RLIMIT_DATA: return port_as_set_limit(as, KN_MM_LIMIT_DATA, cur);
    case LX_RLIMIT_AS: return port_as_set_limit(as, KN_MM_LIMIT_AS, cur);
    default: return 0;
    }
}

long limits_apply(const struct limits *l, uint64_t as)
{
    static const uint64_t resources[] = {LX_RLIMIT_STACK, LX_RLIMIT_DATA, LX_RLIMIT_AS};
    static const uint64_t defaults[] = {DEFAULT_STACK, LIMIT_INFINITE, LIMIT_INFINITE};
    for (unsigned i = 0; i < sizeof resources / sizeof resources[0]; i++) {
        uint64_t cur = l->of[resources[i]].cur;
        long error = cur != defaults[i] ? limits_forward(as, resources[i], cur) : 0;
        if (error)
            return error;
    }
    return 0;
}
