// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What debug builds add.

#include "types.h"

#ifdef CONFIG_DEBUG_BUILD

static inline void seL4_DebugPutChar(char c) { kn_debug_put_char((kn_word_t)(unsigned char)c); }

static inline void seL4_DebugPutString(const char *str)
{
    while (*str)
        seL4_DebugPutChar(*str++);
}

static inline void seL4_DebugDumpScheduler(void) { kn_debug_dump(); }
// A KN_CAP_TYPE_*, 0 for an empty slot.
static inline seL4_Uint32 seL4_DebugCapIdentify(seL4_CPtr cap) { return (seL4_Uint32)kn_debug_cap_identify(cap); }

// Ends the emulation, as an orderly power-off.
static inline void seL4_DebugHalt(void) { kn_debug_exit(0); }

#endif
