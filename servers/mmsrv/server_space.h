// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Address spaces of the servers that mmsrv maps memory for: their heaps, and windows on programs' pages and on objects.

#include "mapping.h"

void server_space_init(void);
// The address space of SERVICE, NULL if mmsrv does not manage it.
struct mapping *server_mapping(kn_word_t service);
struct mapping *server_vfs(void);
struct mapping *server_proc(void);
// More heap for SERVICE: BYTES (rounded up to pages) from *vaddr on. -LX_ENOMEM: nothing changed.
long server_grow(kn_word_t service, uint64_t bytes, kn_word_t *vaddr, uint64_t *length);
// Address ranges of 2^*class pages, at least PAGES, for windows in vfs or procsrv; 0: none left.
kn_word_t server_window_alloc(kn_word_t pages, unsigned *class);
void server_window_free(kn_word_t vaddr, unsigned class);
