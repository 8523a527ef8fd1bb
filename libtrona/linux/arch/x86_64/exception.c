// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Exceptions to signals, as Linux does it.

#include "fpu.h"
#include "layer.h"

#include "trona/string.h"

enum vector {
    VECTOR_DIVIDE = 0,
    VECTOR_DEBUG = 1,
    VECTOR_BREAKPOINT = 3,
    VECTOR_OVERFLOW = 4,
    VECTOR_BOUND = 5,
    VECTOR_INVALID_OPCODE = 6,
    VECTOR_INVALID_TSS = 10,
    VECTOR_NOT_PRESENT = 11,
    VECTOR_STACK = 12,
    VECTOR_X87 = 16,
    VECTOR_ALIGNMENT = 17,
    VECTOR_SIMD = 19,
};

// Code of an unmasked floating-point exception; the bits lie in the same order in x87's status word and MXCSR.
static int fpe_code(word_t pending)
{
    static const int code[] = {LX_FPE_FLTINV, LX_FPE_FLTUND, LX_FPE_FLTDIV,
                               LX_FPE_FLTOVF, LX_FPE_FLTUND, LX_FPE_FLTRES};
    for (unsigned i = 0; i < 6; i++) {
        if (pending >> i & 1)
            return code[i];
    }
    return LX_SI_KERNEL;
}

static int x87_code(void)
{
    struct fpu_state s;
    uint16_t control, status;
    fpu_save(&s);
    memcpy(&control, s.area, sizeof control);
    memcpy(&status, s.area + sizeof control, sizeof status);
    return fpe_code(status & ~control & 0x3f);
}

static int simd_code(void)
{
    struct fpu_state s;
    uint32_t mxcsr;
    fpu_save(&s);
    memcpy(&mxcsr, s.area + FXSAVE_MXCSR, sizeof mxcsr);
    return fpe_code(mxcsr & ~(mxcsr >> 7) & 0x3f);
}

void exception_siginfo(word_t number, word_t code, word_t pc, struct lx_siginfo *info)
{
    word_t address = pc;
    (void)code;
    switch (number) {
    case VECTOR_DIVIDE: info->signo = LX_SIGFPE, info->code = LX_FPE_INTDIV; break;
    case VECTOR_DEBUG: info->signo = LX_SIGTRAP, info->code = LX_TRAP_TRACE; break;
    case VECTOR_BREAKPOINT: info->signo = LX_SIGTRAP, info->code = LX_SI_KERNEL, address = 0; break;
    case VECTOR_INVALID_OPCODE: info->signo = LX_SIGILL, info->code = LX_ILL_ILLOPN; break;
    case VECTOR_NOT_PRESENT:
    case VECTOR_STACK: info->signo = LX_SIGBUS, info->code = LX_SI_KERNEL, address = 0; break;
    case VECTOR_X87: info->signo = LX_SIGFPE, info->code = x87_code(); break;
    case VECTOR_ALIGNMENT: info->signo = LX_SIGBUS, info->code = LX_BUS_ADRALN; break;
    case VECTOR_SIMD: info->signo = LX_SIGFPE, info->code = simd_code(); break;
    default: // among them VECTOR_OVERFLOW, VECTOR_BOUND, VECTOR_INVALID_TSS, general protection
        info->signo = LX_SIGSEGV, info->code = LX_SI_KERNEL, address = 0;
    }
    memcpy(&info->pid, &address, sizeof address);
}
