// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// libsel4's interface (MCS edition) on kernite: a root task written to the seL4 manual compiles with this include and runs.
// Names and signatures are libsel4's; numbers and layouts are kernite's, taken from kn/abi.h. docs/sel4.md lists every
// call, and where it differs.

#include "sel4/config.h"
#include "sel4/types.h"
#include "sel4/constants.h"
#include "sel4/functions.h"
#include "sel4/syscalls.h"
#include "sel4/faults.h"
#include "sel4/bootinfo.h"
#include "sel4/objects.h"
#include "sel4/threads.h"
#include "sel4/breakpoints.h"
#include "sel4/irq.h"
#include "sel4/debug.h"
#if defined(__x86_64__)
#include "sel4/x86_64.h"
#elif defined(__aarch64__)
#include "sel4/aarch64.h"
#else
#error "seL4 names exist for x86_64 and aarch64"
#endif
