// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <machine/context.h>

#include "core/types.h"

// Called by boot.S on the boot CPU with the physical address of the device tree. Returns the context of the first thread.
struct arch_context *aarch64_boot(word_t device_tree);
// Called by boot.S on every other CPU, when the boot CPU has started it. Returns the context of its idle thread.
struct arch_context *aarch64_boot_other(void);
void boot_start_other(void); // boot.S: where PSCI starts them, with their number
