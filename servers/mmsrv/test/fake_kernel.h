// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// A model of the kernel in memory, as far as mmsrv uses it: two-level CSpace, untypeds, frames, page tables, address
// spaces. It checks what the kernel would check and answers with the same errors. Frames are pages of one piece of host
// memory, which also appear where mmsrv maps them for itself.
//
// Left out: derivation beyond "lies in this untyped", badges, rights of capabilities, TLBs.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kn/abi.h>

struct fake_mapping {
    void *memory; // of the page, NULL: nothing is mapped
    kn_word_t rights, attr;
};

// Builds a machine with RAM and archive pages, mmsrv's CSpace and startup page. Once.
void fake_init(size_t ram_pages, size_t archive_pages);
const void *fake_startup_page(void);
void *fake_archive_memory(void);
// What VSPACE (a capability of mmsrv) maps at VADDR.
struct fake_mapping fake_lookup(kn_cptr_t vspace, kn_word_t vaddr);
size_t fake_count_mapped(kn_cptr_t vspace); // pages
void *fake_frame_memory(kn_cptr_t frame);
size_t fake_count_caps(void);               // in use, of all kinds
// Every range operation stops early now and then.
void fake_set_short_batches(bool on);
// The N-th Retype from now on, and all later ones, fail for want of memory; negative: none.
void fake_fail_retype_after(long n);
