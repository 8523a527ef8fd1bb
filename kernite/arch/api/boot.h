// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Contract: what the generic boot code asks the architecture. <machine/boot.h> defines
//
//   ARCH_ELF_MACHINE              e_machine of programs
//   ARCH_BOOT_ARCH                KN_BOOT_ARCH_* in the boot information
//   ARCH_FIRST_ARGUMENT_REGISTER  KN_REG_* that carries a function's first argument
//   ARCH_INIT_CAPS                initialiser list of { cap type, slot } pairs: the capabilities without an object that only
//                                 this architecture has; may be empty
//   ARCH_IMAGE_IN_RAM             whether the kernel image lies in RAM, so that the log's pages can be frames
//
// and machine/context.h's arch_set_register writes the argument. klog_ring (debug/log.h) names the log's frames.

#include <machine/boot.h>
