// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Address spaces of a case.

#include "env.h"

// Maps tables for 2 MiB around VADDR in a part of the address space where there are none; returns the first of three
// capabilities, the root's table first.
kn_cptr_t map_tables(kn_cptr_t vspace, kn_word_t vaddr);
// A new frame, readable and writable at VADDR, for which there are tables.
kn_cptr_t map_page(kn_cptr_t vspace, kn_word_t vaddr);
// A new address space with an ASID and nothing in it.
kn_cptr_t make_vspace(void);
// The same with this program in it, where it is in its own address space. ASIDS: the pool of its ASID.
kn_cptr_t make_vspace_with_program(kn_cptr_t asids);
