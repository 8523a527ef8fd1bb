// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include <arch.h>

#include "provoke.h"

#define UNTYPED_BITS 12

VALID(untyped_retype)
{
    c->untyped = make_untyped(UNTYPED_BITS);
    c->type = KN_OBJECT_TYPE_ENDPOINT;
    c->offset = slot_new();
    c->nr_objects = 1;
    c->root = ROOT;
}

ERROR(untyped_retype, device_type)
{
    c->untyped = device_untyped(ARCH_DEVICE_PADDR);
    c->type = KN_OBJECT_TYPE_REPLY;
}

ERROR(untyped_retype, untyped_size)
{
    c->type = KN_OBJECT_TYPE_UNTYPED;
    c->size_bits = KN_UNTYPED_MIN_BITS - 1;
}

ERROR(untyped_retype, cnode_size)
{
    c->type = KN_OBJECT_TYPE_CNODE;
    c->size_bits = KN_UNTYPED_MAX_BITS;
    expect(1, KN_UNTYPED_MAX_BITS - KN_SLOT_BITS);
}

ERROR(untyped_retype, sched_context_size)
{
    c->type = KN_OBJECT_TYPE_SCHED_CONTEXT;
    c->size_bits = KN_SCHED_CONTEXT_MIN_BITS - 1;
}

ERROR(untyped_retype, frame_size)
{
    c->type = KN_OBJECT_TYPE_FRAME;
    c->size_bits = KN_PAGE_BITS + 1;
}

ERROR(untyped_retype, type) { c->type = 1000; }
ERROR(untyped_retype, node_lookup) { no_slot(&c->depth); }

ERROR(untyped_retype, node_type)
{
    c->index = make_endpoint();
    c->depth = DEPTH;
    expect(2, DEPTH);
}

ERROR(untyped_retype, offset)
{
    c->offset = last_slot() + 1;
    expect(1, last_slot());
}

ERROR(untyped_retype, window)
{
    c->offset = last_slot();
    c->nr_objects = 2;
    expect(1, 1);
}

ERROR(untyped_retype, dest_occupied) { fill(v->offset); }

ERROR(untyped_retype, memory)
{
    c->type = KN_OBJECT_TYPE_CNODE;
    c->size_bits = UNTYPED_BITS;
    expect(0, 1ul << UNTYPED_BITS);
}
