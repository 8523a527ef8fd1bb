// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Hardware breakpoints and single-stepping of threads. The DebugException message is in faults.h.

#include "constants.h"

typedef enum {
    seL4_DataBreakpoint = KN_BREAKPOINT_TYPE_DATA,
    seL4_InstructionBreakpoint = KN_BREAKPOINT_TYPE_INSTRUCTION,
    seL4_SingleStep = KN_BREAKPOINT_TYPE_SINGLE_STEP,
    seL4_SoftwareBreakRequest = KN_BREAKPOINT_TYPE_SOFTWARE_BREAK,
} seL4_BreakpointType;

typedef enum {
    seL4_BreakOnRead = KN_BREAKPOINT_ACCESS_READ,
    seL4_BreakOnWrite = KN_BREAKPOINT_ACCESS_WRITE,
    seL4_BreakOnReadWrite = KN_BREAKPOINT_ACCESS_READ_WRITE,
} seL4_BreakpointAccess;

// Breakpoint numbers: those for instructions alone, for data alone, or, on x86_64, each for both. -1: there are none.
#define seL4_NumHWBreakpoints KN_NR_BREAKPOINTS
#define seL4_NumExclusiveBreakpoints KN_FIRST_WATCHPOINT
#define seL4_NumExclusiveWatchpoints (KN_FIRST_WATCHPOINT ? KN_NR_BREAKPOINTS - KN_FIRST_WATCHPOINT : 0)
#define seL4_NumDualFunctionMonitors (KN_FIRST_WATCHPOINT ? 0 : KN_NR_BREAKPOINTS)
#define seL4_FirstBreakpoint (KN_FIRST_WATCHPOINT ? 0 : -1)
#define seL4_FirstWatchpoint (KN_FIRST_WATCHPOINT ? KN_FIRST_WATCHPOINT : -1)
#define seL4_FirstDualFunctionMonitor (KN_FIRST_WATCHPOINT ? -1 : 0)

typedef struct seL4_TCB_GetBreakpoint {
    int error;
    seL4_Word vaddr;
    seL4_Word type;
    seL4_Word size;
    seL4_Word rw;
    seL4_Bool is_enabled;
} seL4_TCB_GetBreakpoint_t;

typedef struct seL4_TCB_ConfigureSingleStepping {
    int error;
    seL4_Bool bp_was_consumed;
} seL4_TCB_ConfigureSingleStepping_t;

static inline seL4_Error seL4_TCB_SetBreakpoint(seL4_TCB service, seL4_Uint16 bp_num, seL4_Word vaddr, seL4_Word type,
                                                seL4_Word size, seL4_Word rw)
{
    return kn_tcb_set_breakpoint(service, bp_num, vaddr, type, size, rw);
}

static inline seL4_TCB_GetBreakpoint_t seL4_TCB_GetBreakpoint(seL4_TCB service, seL4_Uint16 bp_num)
{
    seL4_TCB_GetBreakpoint_t r = {0};
    seL4_Word is_enabled = 0;
    r.error = (int)kn_tcb_get_breakpoint(service, bp_num, &r.vaddr, &r.type, &r.size, &r.rw, &is_enabled);
    r.is_enabled = (seL4_Bool)is_enabled;
    return r;
}

static inline seL4_Error seL4_TCB_UnsetBreakpoint(seL4_TCB service, seL4_Uint16 bp_num)
{
    return kn_tcb_unset_breakpoint(service, bp_num);
}

static inline seL4_TCB_ConfigureSingleStepping_t seL4_TCB_ConfigureSingleStepping(seL4_TCB service, seL4_Uint16 bp_num,
                                                                                  seL4_Word num_instructions)
{
    seL4_TCB_ConfigureSingleStepping_t r = {0};
    seL4_Word was_consumed = 0;
    r.error = (int)kn_tcb_configure_single_stepping(service, bp_num, num_instructions, &was_consumed);
    r.bp_was_consumed = (seL4_Bool)was_consumed;
    return r;
}
