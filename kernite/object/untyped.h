// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Untyped memory, and the making of objects. See object/untyped.c.

#include "core/derivation.h"
#include "kernel/invocation_dispatch.h"

struct untyped_retype_plan {
    struct cte *slot;   // the untyped
    word_t used;        // the watermark to start from: the present one, or 0 if there are no children
    word_t from;        // bytes from the untyped's start to the first object
    word_t object_bits; // log2 of the size of one object
    word_t type;        // KN_OBJECT_TYPE_*
    word_t size_bits;   // as given by the caller
    word_t count;       // objects
    struct cte *dest;   // the first slot
};

// log2 of the bytes that an object of TYPE (KN_OBJECT_TYPE_*) with size argument SIZE_BITS takes; 0 if there is none
// such.
word_t object_bits(word_t type, word_t size_bits);
