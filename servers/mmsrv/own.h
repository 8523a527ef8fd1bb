// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// mmsrv's own address space: where it sees the pages that it manages, and its own growth.

#include <kn/abi.h>
#include <kn/proto/layout.h>

#ifndef OWN_WINDOW // unit tests have another
#define OWN_WINDOW KN_LAYOUT_SERVER_WINDOWS
#endif
#define OWN_LINKS (OWN_WINDOW + ((kn_word_t)1 << 44)) // cspace.c

// Maps COUNT frames from SLOT on at VADDR, readable and writable; returns how many it could.
kn_word_t own_map(uint32_t slot, kn_word_t count, kn_word_t vaddr);
// Grows mmsrv's heap: the trona_heap_set_grow function.
size_t own_grow_heap(kn_word_t addr, size_t bytes);
