// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Fault messages: labels, words, and a copy of one with an accessor a word. Registers are in <arch>.h.

#include "constants.h"
#include "functions.h"

typedef enum {
    seL4_Fault_NullFault = KN_FAULT_NULL,
    seL4_Fault_CapFault = KN_FAULT_CAP,
    seL4_Fault_UnknownSyscall = KN_FAULT_UNKNOWN_SYSCALL,
    seL4_Fault_UserException = KN_FAULT_USER_EXCEPTION,
    seL4_Fault_DebugException = KN_FAULT_DEBUG,
    seL4_Fault_Timeout = KN_FAULT_TIMEOUT,
    seL4_Fault_VMFault = KN_FAULT_VM,
} seL4_FaultType;

typedef enum {
    seL4_CapFault_IP = KN_FAULT_CAP_PC,
    seL4_CapFault_Addr = KN_FAULT_CAP_ADDRESS,
    seL4_CapFault_InRecvPhase = KN_FAULT_CAP_IN_RECEIVE,
    seL4_CapFault_LookupFailureType = KN_FAULT_CAP_FAILURE,
    seL4_CapFault_BitsLeft = KN_FAULT_CAP_WORD0,
    seL4_CapFault_DepthMismatch_BitsFound = KN_FAULT_CAP_WORD1,
    seL4_CapFault_GuardMismatch_GuardFound = KN_FAULT_CAP_WORD1,
    seL4_CapFault_GuardMismatch_BitsFound = KN_FAULT_CAP_WORD2,
} seL4_CapFault_Msg;

typedef enum {
    seL4_VMFault_IP = KN_FAULT_VM_PC,
    seL4_VMFault_Addr = KN_FAULT_VM_ADDR,
    seL4_VMFault_PrefetchFault = KN_FAULT_VM_ACCESS, // a KN_VM_ACCESS_*, not a truth value
    seL4_VMFault_FSR = KN_FAULT_VM_CODE,
    seL4_VMFault_Length = KN_FAULT_VM_LENGTH,
} seL4_VMFault_Msg;

#define seL4_DataFault 0
#define seL4_InstructionFault 1

typedef enum {
    seL4_Timeout_Data = KN_FAULT_TIMEOUT_DATA,
    seL4_Timeout_Consumed = KN_FAULT_TIMEOUT_CONSUMED,
    seL4_Timeout_Length = KN_FAULT_TIMEOUT_LENGTH,
} seL4_Timeout_Msg;

typedef enum {
    seL4_UserException_FaultIP = KN_FAULT_USER_EXCEPTION_PC,
    seL4_UserException_SP = KN_FAULT_USER_EXCEPTION_SP, // the flags stand in <arch>.h
    seL4_UserException_Number = KN_FAULT_USER_EXCEPTION_NUMBER,
    seL4_UserException_Code = KN_FAULT_USER_EXCEPTION_CODE,
    seL4_UserException_Length = KN_FAULT_USER_EXCEPTION_LENGTH,
} seL4_UserException_Msg;

typedef enum {
    seL4_DebugException_FaultIP = KN_FAULT_DEBUG_PC,
    seL4_DebugException_ExceptionReason = KN_FAULT_DEBUG_REASON,
    seL4_DebugException_TriggerAddress = KN_FAULT_DEBUG_TRIGGER_ADDRESS,
    seL4_DebugException_BreakpointNumber = KN_FAULT_DEBUG_BP_NUM,
    seL4_DebugException_Length = KN_FAULT_DEBUG_LENGTH,
} seL4_DebugException_Msg;

// The longest message is that of an unknown system call.
typedef struct seL4_Fault {
    seL4_Word type;
    seL4_Word words[KN_FAULT_UNKNOWN_SYSCALL_LENGTH];
} seL4_Fault_t;

// The fault whose message has just been received. Not one: seL4_Fault_NullFault.
static inline seL4_Fault_t seL4_getFault(seL4_MessageInfo_t tag)
{
    seL4_Fault_t fault = {.type = seL4_MessageInfo_get_label(tag)};
    for (int i = 0; i < KN_FAULT_UNKNOWN_SYSCALL_LENGTH; i++)
        fault.words[i] = seL4_GetMR(i);
    switch (fault.type) {
    case seL4_Fault_CapFault:
    case seL4_Fault_UnknownSyscall:
    case seL4_Fault_UserException:
    case seL4_Fault_DebugException:
    case seL4_Fault_Timeout:
    case seL4_Fault_VMFault: return fault;
    default: return (seL4_Fault_t){.type = seL4_Fault_NullFault};
    }
}

static inline seL4_Word seL4_Fault_get_seL4_FaultType(seL4_Fault_t fault) { return fault.type; }

#define SEL4_IS_FAULT_(name, fault)                                                                                    \
    static inline seL4_Bool seL4_is##name##_tag(seL4_MessageInfo_t tag)                                                \
    {                                                                                                                  \
        return seL4_MessageInfo_get_label(tag) == (fault);                                                             \
    }
SEL4_IS_FAULT_(NullFault, seL4_Fault_NullFault)
SEL4_IS_FAULT_(CapFault, seL4_Fault_CapFault)
SEL4_IS_FAULT_(UnknownSyscall, seL4_Fault_UnknownSyscall)
SEL4_IS_FAULT_(UserException, seL4_Fault_UserException)
SEL4_IS_FAULT_(VMFault, seL4_Fault_VMFault)
SEL4_IS_FAULT_(DebugException, seL4_Fault_DebugException)
SEL4_IS_FAULT_(TimeoutFault, seL4_Fault_Timeout)
#undef SEL4_IS_FAULT_

// seL4_Fault_<fault>_get_<field>.
#define SEL4_FAULT_WORD_(fault_name, field, index)                                                                     \
    static inline seL4_Word seL4_Fault_##fault_name##_get_##field(seL4_Fault_t fault) { return fault.words[index]; }

SEL4_FAULT_WORD_(CapFault, IP, KN_FAULT_CAP_PC)
SEL4_FAULT_WORD_(CapFault, Addr, KN_FAULT_CAP_ADDRESS)
SEL4_FAULT_WORD_(CapFault, InRecvPhase, KN_FAULT_CAP_IN_RECEIVE)
SEL4_FAULT_WORD_(CapFault, LookupFailureType, KN_FAULT_CAP_FAILURE)
SEL4_FAULT_WORD_(CapFault, MR4, KN_FAULT_CAP_WORD0)
SEL4_FAULT_WORD_(CapFault, MR5, KN_FAULT_CAP_WORD1)
SEL4_FAULT_WORD_(CapFault, MR6, KN_FAULT_CAP_WORD2)
SEL4_FAULT_WORD_(VMFault, IP, KN_FAULT_VM_PC)
SEL4_FAULT_WORD_(VMFault, Addr, KN_FAULT_VM_ADDR)
SEL4_FAULT_WORD_(VMFault, FSR, KN_FAULT_VM_CODE)
SEL4_FAULT_WORD_(Timeout, data, KN_FAULT_TIMEOUT_DATA)
SEL4_FAULT_WORD_(Timeout, consumed, KN_FAULT_TIMEOUT_CONSUMED)
SEL4_FAULT_WORD_(DebugException, FaultIP, KN_FAULT_DEBUG_PC)
SEL4_FAULT_WORD_(DebugException, ExceptionReason, KN_FAULT_DEBUG_REASON)
SEL4_FAULT_WORD_(DebugException, TriggerAddress, KN_FAULT_DEBUG_TRIGGER_ADDRESS)
SEL4_FAULT_WORD_(DebugException, BreakpointNumber, KN_FAULT_DEBUG_BP_NUM)
SEL4_FAULT_WORD_(UserException, FaultIP, KN_FAULT_USER_EXCEPTION_PC)
SEL4_FAULT_WORD_(UserException, Stack, KN_FAULT_USER_EXCEPTION_SP)
SEL4_FAULT_WORD_(UserException, Number, KN_FAULT_USER_EXCEPTION_NUMBER)
SEL4_FAULT_WORD_(UserException, Code, KN_FAULT_USER_EXCEPTION_CODE)
SEL4_FAULT_WORD_(UnknownSyscall, FaultIP, KN_FAULT_UNKNOWN_SYSCALL_PC)
SEL4_FAULT_WORD_(UnknownSyscall, SP, KN_FAULT_UNKNOWN_SYSCALL_SP)
SEL4_FAULT_WORD_(UnknownSyscall, Syscall, KN_FAULT_UNKNOWN_SYSCALL_SYSCALL)

static inline seL4_Word seL4_Fault_VMFault_get_PrefetchFault(seL4_Fault_t fault)
{
    return fault.words[KN_FAULT_VM_ACCESS] == KN_VM_ACCESS_EXECUTE;
}

// libsel4 programs write the label that resumes as 0.
_Static_assert(KN_FAULT_REPLY_RESUME == 0, "a fault handler's answer with label 0 resumes");
