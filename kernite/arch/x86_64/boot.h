// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Boot: what boot.S tells boot.c, and the readers of the two boot protocols.

#define BOOT_PVH 1
#define BOOT_MULTIBOOT2 2

#ifndef __ASSEMBLER__

#include "core/types.h"

struct platform;

// Called on CPU 0's kernel stack with the boot code's identity map of the first 4 GiB; INFO is the loader's structure.
_Noreturn void x86_64_boot(word_t protocol, word_t info);

// Each fills in ram (whole pages), archive, command_line and firmware (the RSDP).
void x86_64_read_pvh(word_t info, struct platform *platform);
void x86_64_read_multiboot2(word_t info, struct platform *platform);

// Copies the string at physical address P (0: none), cut to the platform's size.
void x86_64_copy_command_line(word_t p, struct platform *platform);

#endif
