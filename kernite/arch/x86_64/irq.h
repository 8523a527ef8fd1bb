// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Interrupts between trap.c and the contract arch/api/irq.h.

#include "core/cpu.h"

extern uint8_t x86_64_lapic_ids[KERNEL_MAX_CPUS]; // [I] of each CPU

// Boot: takes the controllers that ACPI names into use, everything masked.
struct acpi_info;
void x86_64_irq_init(const struct acpi_info *acpi);

// Boot of another CPU than the first: its own local APIC.
void x86_64_irq_init_cpu(const struct acpi_info *acpi);

// The interrupt being taken on this CPU has VECTOR: what arch_irq_get will report.
void x86_64_irq_taken(word_t vector);
