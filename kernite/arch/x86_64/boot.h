// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Boot: what boot.S tells boot.c, and the readers of the two boot protocols.

#define BOOT_PVH 1
#define BOOT_MULTIBOOT2 2
#define BOOT_CPU 3 // another CPU, started by the first

#ifndef __ASSEMBLER__

#include "core/types.h"

struct acpi_info;
struct cpu;
struct platform;

// Called on CPU 0's kernel stack with the boot code's identity map of the first 4 GiB; INFO is the loader's structure.
_Noreturn void x86_64_boot(word_t protocol, word_t info);

// Starts the other CPUs that ACPI names, when this one has its interrupt controller and timer. They wait for it to leave the
// kernel.
void x86_64_start_cpus(const struct acpi_info *acpi, const struct platform *platform);

// boot.S: what another CPU executes first, at address 0 in real mode; physical addresses.
extern const char x86_64_trampoline[], x86_64_trampoline_end[];
// For boot.S: the CPU that is being started. It calls x86_64_boot_cpu on its kernel stack, with the boot code's tables.
extern struct cpu *x86_64_starting_cpu;
_Noreturn void x86_64_boot_cpu(struct cpu *cpu);

// Each fills in ram (whole pages), archive, command_line and firmware (the RSDP).
void x86_64_read_pvh(word_t info, struct platform *platform);
void x86_64_read_multiboot2(word_t info, struct platform *platform);

// Copies the string at physical address P (0: none), cut to the platform's size.
void x86_64_copy_command_line(word_t p, struct platform *platform);

#endif
