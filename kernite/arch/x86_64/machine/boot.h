// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Contract: arch/api/boot.h. EM_X86_64; System V calling convention.

#include <kn/abi.h>

#define ARCH_ELF_MACHINE 62
#define ARCH_BOOT_ARCH KN_BOOT_ARCH_X86_64
#define ARCH_FIRST_ARGUMENT_REGISTER KN_REG_RDI
#define ARCH_INIT_CAPS {KN_CAP_TYPE_IO_PORT_CONTROL, KN_INIT_CAP_IO_PORT_CONTROL},
#define ARCH_IMAGE_IN_RAM 1
