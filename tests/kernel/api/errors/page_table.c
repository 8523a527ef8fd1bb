// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "../space.h"
#include "mapping.h"
#include "provoke.h"

VALID(page_table_map)
{
    c->page_table = make(KN_OBJECT_TYPE_PAGE_TABLE, 0);
    c->vaddr = TEST_VADDR;
    c->vspace = make_vspace();
}

NO_ASID_ERROR(page_table_map)
ERROR(page_table_map, mapped) { CHECK_OK(kn_page_table_map(v->page_table, FAR, 0, v->vspace)); }
ERROR(page_table_map, address) { c->vaddr += KN_USER_TOP - TEST_VADDR; }
ERROR(page_table_map, attr) { c->attr = 1; }
ERROR(page_table_map, no_room) { map_tables(v->vspace, TEST_VADDR); }

VALID(page_table_unmap) { c->page_table = map_tables(make_vspace(), TEST_VADDR); }

ERROR(page_table_unmap, copies) { copy_of(v->page_table); }
