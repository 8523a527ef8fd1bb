// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Contract: arch/api/boot.h. EM_AARCH64; AAPCS64. The first SMC capability has badge 0: all functions.

#include <kn/abi.h>

#define ARCH_ELF_MACHINE 183
#define ARCH_BOOT_ARCH KN_BOOT_ARCH_AARCH64
#define ARCH_FIRST_ARGUMENT_REGISTER KN_REG_X0
#define ARCH_INIT_CAPS {KN_CAP_TYPE_SMC, KN_INIT_CAP_SMC},
#define ARCH_IMAGE_IN_RAM 1
