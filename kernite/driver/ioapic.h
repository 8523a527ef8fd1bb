// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// I/O APICs (Intel 82093AA): each turns the lines of a range of GSIs into vectors.

#include "core/types.h"

// Maps the one at P, whose first line is GSI FIRST_GSI, masks all its lines, and returns the GSI behind its last one. Lines
// from LIMIT on are left masked for ever.
word_t ioapic_add(paddr_t p, word_t first_gsi, word_t limit);
bool ioapic_has(word_t gsi);
// Sends GSI to CPU (local APIC id) as VECTOR; leaves it masked. These need ioapic_has(gsi).
void ioapic_configure(word_t gsi, uint8_t vector, bool is_level, bool is_active_low, uint8_t cpu);
void ioapic_set_masked(word_t gsi, bool is_masked);
