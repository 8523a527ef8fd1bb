// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Interrupts between trap.c and the contract arch/api/irq.h.

#include "core/types.h"

// Boot: takes the controllers into use, everything masked. FIRST and NR: the I/O APICs that ACPI names.
struct acpi_info;
void x86_64_irq_init(const struct acpi_info *acpi);

// The interrupt being taken on this CPU has VECTOR: what arch_irq_get will report.
void x86_64_irq_taken(word_t vector);
