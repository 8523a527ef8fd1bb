// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Exceptions to signals, as Linux does it. See the Arm Architecture Reference Manual, ESR_EL1.

#include "layer.h"

#include "trona/string.h"

enum exception_class {
    CLASS_ILLEGAL_STATE = 0x0e,
    CLASS_INSTRUCTION_ABORT = 0x20,
    CLASS_PC_ALIGNMENT = 0x22,
    CLASS_DATA_ABORT = 0x24,
    CLASS_SP_ALIGNMENT = 0x26,
    CLASS_FLOATING_POINT = 0x2c,
    CLASS_BREAKPOINT = 0x30,
    CLASS_STEP = 0x32,
    CLASS_WATCHPOINT = 0x34,
    CLASS_BRK = 0x3c,
};

#define ABORT_STATUS 0x3f
#define STATUS_ALIGNMENT 0x21

static int fpe_code(word_t esr)
{
    static const int code[] = {LX_FPE_FLTINV, LX_FPE_FLTDIV, LX_FPE_FLTOVF, LX_FPE_FLTUND, LX_FPE_FLTRES};
    for (unsigned i = 0; i < 5; i++) {
        if (esr >> i & 1)
            return code[i];
    }
    return LX_SI_KERNEL;
}

void exception_siginfo(word_t number, word_t code, word_t pc, struct lx_siginfo *info)
{
    word_t address = pc;
    switch (number) {
    case CLASS_PC_ALIGNMENT:
    case CLASS_SP_ALIGNMENT: info->signo = LX_SIGBUS, info->code = LX_BUS_ADRALN; break;
    case CLASS_DATA_ABORT:
    case CLASS_INSTRUCTION_ABORT:
        info->signo = LX_SIGBUS;
        info->code = (code & ABORT_STATUS) == STATUS_ALIGNMENT ? LX_BUS_ADRALN : LX_BUS_OBJERR;
        break;
    case CLASS_FLOATING_POINT: info->signo = LX_SIGFPE, info->code = fpe_code(code); break;
    case CLASS_BREAKPOINT:
    case CLASS_WATCHPOINT:
    case CLASS_BRK: info->signo = LX_SIGTRAP, info->code = LX_TRAP_BRKPT; break;
    case CLASS_STEP: info->signo = LX_SIGTRAP, info->code = LX_TRAP_TRACE; break;
    default: // undefined instructions, system registers, CLASS_ILLEGAL_STATE
        info->signo = LX_SIGILL, info->code = LX_ILL_ILLOPC;
    }
    memcpy(&info->pid, &address, sizeof address);
}
