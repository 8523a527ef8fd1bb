// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The configuration that libsel4 programs ask for. Options that are off are not defined.

#include <kn/abi.h>

#define CONFIG_KERNEL_MCS 1
#define CONFIG_WORD_SIZE KN_WORD_BITS
#define CONFIG_NUM_PRIORITIES KN_NR_PRIORITIES
#define CONFIG_NUM_DOMAINS 1
#define CONFIG_ENABLE_SMP_SUPPORT 1
#define CONFIG_HARDWARE_DEBUG_API 1
#define CONFIG_RETYPE_FAN_OUT_LIMIT KN_RETYPE_MAX_OBJECTS
#define CONFIG_MAX_NUM_BOOTINFO_UNTYPED_CAPS 230

#if defined(CONFIG_DEBUG) && CONFIG_DEBUG
#define CONFIG_DEBUG_BUILD 1
#define CONFIG_PRINTING 1
#endif

#if defined(__x86_64__)
#define CONFIG_ARCH_X86 1
#define CONFIG_ARCH_X86_64 1
#define CONFIG_FSGSBASE_INST 1
#define CONFIG_HUGE_PAGE 1
#elif defined(__aarch64__)
#define CONFIG_ARCH_ARM 1
#define CONFIG_ARCH_AARCH64 1
#define CONFIG_ALLOW_SMC_CALLS 1
#endif
