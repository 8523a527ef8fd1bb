// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Kernel objects and mappings that init makes at start, from the untypeds of the boot information. Nothing is ever
// given back; every failure ends the start with a sentence (init_die), since the machine is then too small or the
// kernel wrong.

#include <stdbool.h>
#include <stddef.h>

#include <kn/abi.h>

void objects_init(const struct kn_boot_info *boot);

// A fresh empty slot of init's CNode, or COUNT consecutive ones.
kn_cptr_t slots_take(kn_word_t count);
// A new object; size_bits as Untyped_Retype takes it.
kn_cptr_t object_make(kn_word_t type, kn_word_t size_bits);
// COUNT new 4 KiB frames in consecutive slots.
kn_cptr_t frames_make(kn_word_t count);
// The 4 KiB device frame at PADDR.
kn_cptr_t device_frame_make(kn_word_t paddr);
// A further capability for the same object; with rights and badge.
kn_cptr_t cap_copy(kn_cptr_t slot);
kn_cptr_t cap_mint(kn_cptr_t slot, kn_word_t rights, kn_word_t badge);
// Puts a copy of SLOT into slot INDEX of the CNode CNODE, whose capability there resolves 64 bits.
void cap_put(kn_cptr_t cnode, kn_word_t index, kn_cptr_t slot);
void cap_put_minted(kn_cptr_t cnode, kn_word_t index, kn_cptr_t slot, kn_word_t rights, kn_word_t badge);

// Maps COUNT frames from slot FRAMES on at VADDR of VSPACE, making page tables as needed.
void map_frames(kn_cptr_t vspace, kn_cptr_t frames, kn_word_t count, kn_word_t vaddr, kn_word_t rights, kn_word_t attr);
// Maps one frame of init's at a scratch address and returns it; the next call undoes it.
void *map_scratch(kn_cptr_t frame);

// Moves the RAM that init has not used, in at most MOST untypeds, the largest ones, into CNODE from INDEX on; calls TELL for
// each with its address, size and slot. Returns the first free slot behind. init can make no objects afterwards.
kn_word_t untypeds_hand_over(kn_cptr_t cnode, kn_word_t index, kn_word_t most,
                             void (*tell)(kn_word_t paddr, kn_word_t bits, kn_word_t slot));
// Copies COUNT capabilities from consecutive slots of init, from SOURCE on, into CNODE from INDEX on.
void copy_range(kn_cptr_t cnode, kn_word_t index, kn_cptr_t source, kn_word_t count);
