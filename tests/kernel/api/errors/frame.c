// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "../space.h"
#include "mapping.h"
#include "provoke.h"

VALID(frame_map)
{
    c->frame = make_frame();
    c->vaddr = TEST_VADDR;
    c->rights = READ_WRITE;
    c->vspace = make_vspace();
    map_tables(c->vspace, TEST_VADDR);
}

NO_ASID_ERROR(frame_map)
FLAG_ERRORS(frame_map)

MAP_ERRORS(frame_map, v->frame)
