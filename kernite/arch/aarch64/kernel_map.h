// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The kernel's own translations, made once at boot.

#include "core/types.h"

// Maps physical [p, p + size), of 4 KiB pages, at P in the window, as RAM. What is mapped already stays.
void kernel_map_ram(paddr_t p, word_t size);
// The address at which the kernel reaches the device at [p, p + size).
void *kernel_map_device(paddr_t p, word_t size);
// Makes the lowest page of every kernel stack fault.
void kernel_map_stack_guards(void);
