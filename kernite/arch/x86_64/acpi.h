// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What boot needs from the ACPI tables. Reads them through the boot code's identity map of the first 4 GiB.

#include "core/cpu.h"

#define ACPI_MAX_IOAPICS 8

struct acpi_info {
    paddr_t lapic; // 0: no MADT
    uint8_t lapic_id[KERNEL_MAX_CPUS]; // of the first CPUs that can be used
    word_t nr_cpus;                    // that can be used, even if they are more
    struct {
        paddr_t address;
        word_t first_gsi;
    } ioapic[ACPI_MAX_IOAPICS];
    word_t nr_ioapics;
    paddr_t hpet;           // 0: none
    uint16_t pm_timer_port; // 0: none
};

// Follows the RSDP at RSDP (0: none). Tables that are missing or damaged leave their fields 0.
void acpi_read(paddr_t rsdp, struct acpi_info *info);
