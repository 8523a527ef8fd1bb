// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The untypeds that init handed over. Large ones are cut into chunks of 2^CHUNK_BITS bytes, for chunk.c; small ones, and
// chunks taken for it, serve mmsrv's own permanent objects: CNodes, page tables, heap pages.
// I1: a source's memory below used has been retyped; nothing of it comes back.

#include <stdbool.h>
#include <stdint.h>

#include <kn/abi.h>

#define CHUNK_BITS 17
#define CHUNK_PAGES (1u << (CHUNK_BITS - KN_PAGE_BITS))

void source_init(void);
kn_word_t source_chunks(void);      // chunks that can still be cut
kn_word_t source_total_pages(void); // of all RAM that was handed over
bool source_take_chunk(uint32_t slot); // an untyped of CHUNK_BITS into SLOT
// COUNT objects of 2^bits bytes each into consecutive slots, for ever. SIZE_BITS as Untyped_Retype takes it.
bool source_take(kn_word_t type, kn_word_t size_bits, kn_word_t bits, kn_word_t count, uint32_t slot);
// A CNode of 2^radix slots as slot INDEX of mmsrv's top CNode.
bool source_take_cnode(kn_word_t radix, kn_word_t index);
