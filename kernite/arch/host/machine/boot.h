// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Contract: arch/api/boot.h. Programs for the host port are x86-64 ELF files, so that tests can build them with what is there.

#include <kn/abi.h>

#define ARCH_ELF_MACHINE 62
#define ARCH_BOOT_ARCH KN_BOOT_ARCH_HOST
#define ARCH_FIRST_ARGUMENT_REGISTER KN_REG_CPTR
#define ARCH_INIT_CAPS
#define ARCH_IMAGE_IN_RAM 0
