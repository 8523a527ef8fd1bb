// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Address spaces of the servers that mmsrv maps memory for: their heaps, and windows on programs' pages and on objects.

#include "mapping.h"

// A range of addresses of 2^class pages, free in every server.
struct server_window {
    struct server_window *next; // while it is free
    kn_word_t vaddr;
    unsigned class;
};

void server_space_init(void);
// The address space of SERVICE, NULL if mmsrv does not manage it.
struct mapping *server_mapping(kn_word_t service);
// More heap for SERVICE: at most BYTES (rounded up to pages) from *vaddr on, *length of them. -LX_EPERM; -LX_ENOMEM: nothing
// changed.
long server_grow(kn_word_t service, uint64_t bytes, kn_word_t *vaddr, uint64_t *length);
// A window of at least PAGES; NULL: no memory.
struct server_window *server_window_alloc(kn_word_t pages);
void server_window_free(struct server_window *window); // nothing is mapped in it; NULL is allowed
