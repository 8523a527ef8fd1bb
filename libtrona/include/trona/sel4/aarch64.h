// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// aarch64: object types, registers in fault messages, paging, interrupts, calls to the secure firmware.

#include "constants.h"
#include "faults.h"

typedef enum {
    seL4_ARM_SmallPageObject = SEL4_FRAME_TYPE_(seL4_PageBits),
    seL4_ARM_LargePageObject = SEL4_FRAME_TYPE_(seL4_LargePageBits),
    seL4_ARM_HugePageObject = SEL4_FRAME_TYPE_(seL4_HugePageBits),
    seL4_ARM_PageTableObject = SEL4_TABLE_TYPE_(1),
    seL4_ARM_VSpaceObject = KN_OBJECT_TYPE_VSPACE,
} seL4_ArchObjectType;

#define seL4_VSpaceEntryBits seL4_PageTableEntryBits
#define seL4_VSpaceIndexBits (seL4_VSpaceBits - seL4_VSpaceEntryBits)
#define SEL4_MAPPING_LOOKUP_NO_PD seL4_HugePageBits
#define SEL4_MAPPING_LOOKUP_NO_PUD (seL4_HugePageBits + seL4_PageTableIndexBits)

static inline void seL4_SetTLSBase(seL4_Word tls_base)
{
    __asm__ volatile("msr tpidr_el0, %0" : : "r"(tls_base) : "memory");
}

enum { seL4_CapSMC = KN_INIT_CAP_SMC };

typedef seL4_CPtr seL4_ARM_VSpace;
typedef seL4_CPtr seL4_ARM_SMC;

typedef enum {
    seL4_UnknownSyscall_X0 = KN_FAULT_UNKNOWN_SYSCALL_X0,
    seL4_UnknownSyscall_X1 = KN_FAULT_UNKNOWN_SYSCALL_X1,
    seL4_UnknownSyscall_X2 = KN_FAULT_UNKNOWN_SYSCALL_X2,
    seL4_UnknownSyscall_X3 = KN_FAULT_UNKNOWN_SYSCALL_X3,
    seL4_UnknownSyscall_X4 = KN_FAULT_UNKNOWN_SYSCALL_X4,
    seL4_UnknownSyscall_X5 = KN_FAULT_UNKNOWN_SYSCALL_X5,
    seL4_UnknownSyscall_X6 = KN_FAULT_UNKNOWN_SYSCALL_X6,
    seL4_UnknownSyscall_X7 = KN_FAULT_UNKNOWN_SYSCALL_X7,
    seL4_UnknownSyscall_FaultIP = KN_FAULT_UNKNOWN_SYSCALL_PC,
    seL4_UnknownSyscall_SP = KN_FAULT_UNKNOWN_SYSCALL_SP,
    seL4_UnknownSyscall_LR = KN_FAULT_UNKNOWN_SYSCALL_LR,
    seL4_UnknownSyscall_SPSR = KN_FAULT_UNKNOWN_SYSCALL_FLAGS,
    seL4_UnknownSyscall_Syscall = KN_FAULT_UNKNOWN_SYSCALL_SYSCALL,
    seL4_UnknownSyscall_Length = KN_FAULT_UNKNOWN_SYSCALL_LENGTH,
} seL4_UnknownSyscall_Msg;

enum { seL4_UserException_SPSR = KN_FAULT_USER_EXCEPTION_FLAGS };

SEL4_FAULT_WORD_(UnknownSyscall, X0, KN_FAULT_UNKNOWN_SYSCALL_X0)
SEL4_FAULT_WORD_(UnknownSyscall, X1, KN_FAULT_UNKNOWN_SYSCALL_X1)
SEL4_FAULT_WORD_(UnknownSyscall, X2, KN_FAULT_UNKNOWN_SYSCALL_X2)
SEL4_FAULT_WORD_(UnknownSyscall, X3, KN_FAULT_UNKNOWN_SYSCALL_X3)
SEL4_FAULT_WORD_(UnknownSyscall, X4, KN_FAULT_UNKNOWN_SYSCALL_X4)
SEL4_FAULT_WORD_(UnknownSyscall, X5, KN_FAULT_UNKNOWN_SYSCALL_X5)
SEL4_FAULT_WORD_(UnknownSyscall, X6, KN_FAULT_UNKNOWN_SYSCALL_X6)
SEL4_FAULT_WORD_(UnknownSyscall, X7, KN_FAULT_UNKNOWN_SYSCALL_X7)
SEL4_FAULT_WORD_(UnknownSyscall, LR, KN_FAULT_UNKNOWN_SYSCALL_LR)
SEL4_FAULT_WORD_(UnknownSyscall, SPSR, KN_FAULT_UNKNOWN_SYSCALL_FLAGS)
SEL4_FAULT_WORD_(UserException, SPSR, KN_FAULT_USER_EXCEPTION_FLAGS)

typedef enum {
    seL4_ARM_PageCacheable = 1,
    seL4_ARM_ParityEnabled = 2, // no meaning, as on every machine that seL4 has for it
    seL4_ARM_Default_VMAttributes = 3,
    seL4_ARM_ExecuteNever = 4,
} seL4_ARM_VMAttributes;

static inline kn_word_t sel4_attributes(seL4_ARM_VMAttributes attr)
{
    return (attr & seL4_ARM_PageCacheable ? 0u : KN_VM_ATTR_UNCACHED) |
           (attr & seL4_ARM_ExecuteNever ? KN_VM_ATTR_EXECUTE_NEVER : 0u);
}

#define SEL4_ARCH_(name) seL4_ARM_##name
#include "paging.h"

// TRIGGER: 1 edge, 0 level.
static inline seL4_Error seL4_IRQControl_GetTrigger(seL4_IRQControl service, seL4_Word irq, seL4_Word trigger,
                                                    seL4_CNode root, seL4_Word index, seL4_Uint8 depth)
{
    return kn_irq_control_get(service, irq, trigger ? 0 : KN_IRQ_TRIGGER_LEVEL, index, depth, root);
}

// Level.
static inline seL4_Error seL4_IRQControl_Get(seL4_IRQControl service, seL4_Word irq, seL4_CNode root, seL4_Word index,
                                             seL4_Uint8 depth)
{
    return seL4_IRQControl_GetTrigger(service, irq, 0, root, index, depth);
}

typedef struct seL4_ARM_SMCContext {
    seL4_Word x0, x1, x2, x3, x4, x5, x6, x7;
} seL4_ARM_SMCContext;

// x4 to x7 must be 0, and are 0 in the answer.
static inline seL4_Error seL4_ARM_SMC_Call(seL4_ARM_SMC service, seL4_ARM_SMCContext *smc_args,
                                           seL4_ARM_SMCContext *smc_response)
{
    seL4_ARM_SMCContext r = {0};
    if (smc_args->x4 | smc_args->x5 | smc_args->x6 | smc_args->x7)
        return seL4_InvalidArgument;
    seL4_Error error =
        kn_smc_call(service, smc_args->x0, smc_args->x1, smc_args->x2, smc_args->x3, &r.x0, &r.x1, &r.x2, &r.x3);
    if (error == seL4_NoError)
        *smc_response = r;
    return error;
}
