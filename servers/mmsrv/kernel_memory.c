// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "kernel_memory.h"

#include <kn/stubs.h>
#include <lx/abi.h>

#include "chunk.h"
#include "commit.h"
#include "cspace.h"

#define TABLE_RESERVE 24

static_assert(KERNEL_MEMORY_MAX_BITS == CHUNK_BITS, "a whole chunk at most");

static table_t reserved_tables; // a list
static unsigned nr_reserved;

long kernel_memory_take(kn_word_t bits, struct kernel_memory *m)
{
    if (bits < KN_PAGE_BITS || bits > CHUNK_BITS)
        return -LX_EINVAL;
    uint32_t object = chunk_take((enum chunk_kind)(CHUNK_UNTYPEDS + bits - KN_PAGE_BITS), NULL);
    if (object == CHUNK_NO_OBJECT)
        return -LX_ENOMEM;
    *m = (struct kernel_memory){chunk_slot(object), object};
    return 0;
}

void kernel_memory_give(struct kernel_memory *m)
{
    kn_cnode_revoke(OWN_CNODE, m->slot, KN_WORD_BITS);
    chunk_give(m->object);
    *m = (struct kernel_memory){0};
}

uint32_t table_slot(table_t table)
{
    return chunk_slot(table - 1);
}

table_t *table_link(table_t table)
{
    return slot_link(table_slot(table));
}

table_t table_take(void)
{
    uint32_t object = chunk_take(CHUNK_TABLES, NULL);
    if (object != CHUNK_NO_OBJECT)
        return object + 1;
    table_t table = commit_is_urgent() ? reserved_tables : 0;
    if (table) {
        reserved_tables = *table_link(table);
        nr_reserved--;
    }
    return table;
}

void table_give(table_t table)
{
    chunk_give(table - 1);
}

void table_fill_reserve(void)
{
    while (nr_reserved < TABLE_RESERVE) {
        uint32_t object = chunk_take(CHUNK_TABLES, NULL);
        if (object == CHUNK_NO_OBJECT)
            return;
        *table_link(object + 1) = reserved_tables;
        reserved_tables = object + 1;
        nr_reserved++;
    }
}
