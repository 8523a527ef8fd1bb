// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <machine/context.h>

#include "core/types.h"

// Called by boot.S on the boot CPU with the physical address of the device tree. Returns the context of the first thread.
struct arch_context *aarch64_boot(word_t device_tree);
