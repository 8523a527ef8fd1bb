// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Page tables below the root. See object/page_table.c.

#include "object/vspace.h"

struct page_table_map_plan {
    struct cte *slot;       // the table's capability
    struct vspace_walk at;  // the entry to fill
    word_t record;          // the capability's mapping word
};

struct page_table_unmap_plan {
    struct cte *slot; // the table's capability, the only one
};
