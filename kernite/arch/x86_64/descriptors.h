// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Segments, the task state segment and the interrupt table. The selectors are Linux's: programs see the CS they know.

#define SELECTOR_KERNEL_CODE 0x10
#define SELECTOR_KERNEL_DATA 0x18
#define SELECTOR_USER_DATA 0x2b // RPL 3
#define SELECTOR_USER_CODE 0x33
#define SELECTOR_TSS 0x38
#define SELECTOR_SYSRET_BASE 0x23 // SYSRET: SS = this + 8, CS = this + 16; the entry itself is empty: no 32-bit code

#ifndef __ASSEMBLER__

#include "core/types.h"

struct cpu;

// Interrupt stacks of exceptions that may come at any instruction (TSS.IST1..4).
enum ist { IST_NONE, IST_NMI, IST_DOUBLE_FAULT, IST_MACHINE_CHECK, IST_DEBUG, NR_IST = IST_DEBUG };

// Loads CPU's own tables and sets the system call entry. The address of CPU's struct lies above each of its interrupt
// stacks' first frame, since GS can't be trusted there.
void x86_64_descriptors_init(struct cpu *cpu);
// There are several CPUs: from now on the system calls of this one take the kernel lock.
void x86_64_use_smp_syscalls(void);

// Where the CPU pushes the frame of an interrupt or exception from user mode.
void x86_64_set_entry_stack(const struct cpu *cpu, word_t top);

#endif
