// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Commit accounting: pages that somebody has been promised. A promise is refused (ENOMEM) rather than broken later.
//
// All memory that is cut into chunks (chunk.h) is total. Of it, kernel pages are in chunks that hold kernel objects or
// mmsrv's own data; everything else can become pages at any time, so a promised page can always be had.
// I1: committed + kernel + reserve <= total when a promise is made; urgent work (faults, giving memory back) may use
//     the reserve for page tables and bookkeeping, so that it does not fail for want of them.
// I2: counted once each: every page of a charged region, every private page in other regions, every page of a file object
//     that is not the archive's own, every page shared with a server, every page of a server's heap.

#include <stdbool.h>

#include <kn/abi.h>

// PAGES more can be cut into chunks.
void commit_add_total(kn_word_t pages);
// Sets aside the reserve: the end of the start.
void commit_set_reserve(void);
bool commit_charge(kn_word_t pages);
void commit_release(kn_word_t pages);
// Promises pages that the very next step releases somewhere else.
void commit_keep(kn_word_t pages);
// The same for memory that becomes kernel memory.
bool commit_take_kernel(kn_word_t pages);
void commit_give_kernel(kn_word_t pages);
// Whether what follows may use the reserve.
void commit_set_urgent(bool is_urgent);
bool commit_is_urgent(void);
kn_word_t commit_total(void); // promised
kn_word_t commit_limit(void); // what can be promised in all, as things are
