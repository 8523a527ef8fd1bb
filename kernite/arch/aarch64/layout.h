// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Where things lie in the kernel's half of the address space (TTBR1), for C, assembly and the linker script.
//
//   0xffff000000000000  the window: physical address P at WINDOW_BASE + P, RAM only
//   0xffffffff80000000  the kernel's image, wherever it was loaded
//   0xffffffffc0000000  the kernel's own devices, in blocks of 2 MiB

#define WINDOW_BASE 0xffff000000000000
#define KERNEL_BASE 0xffffffff80000000
#define DEVICE_BASE 0xffffffffc0000000

// The image is mapped page by page through this many tables of 2 MiB each.
#define IMAGE_TABLES 4

// Each CPU's stack: the lowest page is unmapped, so that an overflow is a fault.
#define STACK_BYTES 0x4000
#define STACK_GUARD_BYTES 0x1000
