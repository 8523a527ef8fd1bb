// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Contract: address translation. Both architectures have 4 KiB pages, 48-bit addresses and tables of 512 entries in 4
// levels; the host port has smaller tables. <machine/mmu.h> defines
//
//   ARCH_TABLE_BITS      log2 entries of a table below the root
//   ARCH_ROOT_BITS       log2 entries of the root that user addresses reach
//   ARCH_LEVELS          levels; level 0 is the root, ARCH_LEVELS - 1 holds 4 KiB entries
//   ARCH_USER_TOP        first address that is not a user address
//   pte_t                one entry (a word)
//   static inline word_t arch_level_shift(level)       address bits below an entry of this level
//   static inline bool pte_is_valid(pte_t), pte_is_table(pte_t, level), pte_is_frame(pte_t, level)
//   static inline paddr_t pte_paddr(pte_t)
//   static inline word_t pte_rights(pte_t)             KN_RIGHTS_* of a frame entry
//   static inline word_t pte_attr(pte_t)               KN_VM_ATTR_* of a frame entry
//   static inline pte_t pte_make_table(paddr_t), pte_make_frame(paddr_t, level, rights, attr)
//   static inline word_t arch_root(word_t asid, paddr_t root)   what a CPU loads to be in this address space
//   static inline void *phys_to_ptr(paddr_t), paddr_t ptr_to_phys(const void *)  kernel window over RAM; ptr_to_phys
//                        also takes the address of something in the kernel image
//
// A frame without READ and WRITE rights is mapped for nobody: pte_make_frame then returns an entry that is valid for
// pte_is_valid but faults on every user access. Generic code writes entries with arch_pte_write.

#include "core/types.h"

#include <machine/mmu.h>

void arch_pte_write(pte_t *entry, pte_t value);         // with the barriers that the table walker needs
void arch_vspace_init(void *root);                      // a fresh, cleared root: add the kernel's entries
bool arch_frame_size_ok(word_t size_bits);              // 12, 21, and 30 where supported
void arch_tlb_flush_page(word_t asid, vaddr_t va);      // on all CPUs
void arch_tlb_flush_asid(word_t asid);                  // on all CPUs; another CPU that runs a thread whose VSpace no
                                                        // longer owns ASID also leaves that address space
void arch_tlb_flush_user(void);                         // on this CPU, all translations of user addresses
void arch_clean_frame(void *start, word_t size);        // what was written there, and perhaps what is near, reaches memory
void arch_clear(void *start, word_t size);              // makes RAM zero; both are multiples of 32
