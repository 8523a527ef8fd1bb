// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The kernel's half of every address space: see machine/mmu.h for its layout. Built once at boot; never changed later, so
// that copies of its root entries stay right.

#include "core/types.h"

struct platform;

#define X86_64_STACK_BYTES 8192

// One kernel stack a CPU; the page below it is not mapped.
struct kernel_stack {
    _Alignas(4096) char guard[4096];
    char bytes[X86_64_STACK_BYTES];
};
extern struct kernel_stack x86_64_kernel_stacks[];

// Builds the tables for the image and for PLATFORM's RAM and switches to them: the boot code's identity map is gone. RAM
// that the window cannot hold is taken out of the platform.
void x86_64_kernel_map_init(struct platform *platform);
// The page at P, uncached, in the device area; a pointer to P itself. Boot only.
volatile void *x86_64_map_device(paddr_t p);
// Writes the kernel's entries to a user root.
void x86_64_kernel_map_copy(void *root);
