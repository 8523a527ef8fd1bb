// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Faults and their handlers, registers, priorities.

#include "root.h"

static void double_word(struct thread *t)
{
    volatile seL4_Word *word = (volatile seL4_Word *)t->arg;
    *word += 1;
    t->result = *word * 2;
}

void check_vm_fault(void)
{
    seL4_CPtr handler = make(seL4_EndpointObject, 0), reply = make(seL4_ReplyObject, 0), frame = make(ARCH_PAGE, 0);
    seL4_Word vaddr = new_addresses(PAGE_SIZE);
    struct thread *t = thread_new(double_word, vaddr + 8, PRIORITY_HIGH);
    thread_set_handler(t, handler);
    thread_start(t);
    seL4_Fault_t fault = receive_fault(handler, reply, seL4_Fault_VMFault);
    CHECK(seL4_Fault_VMFault_get_Addr(fault) == vaddr + 8 && !seL4_Fault_VMFault_get_PrefetchFault(fault));
    CHECK(seL4_Fault_VMFault_get_IP(fault) >= (seL4_Word)double_word);
    map(frame, VSPACE, vaddr, seL4_CanRead);
    answer(reply); // it reads, and cannot write
    fault = receive_fault(handler, reply, seL4_Fault_VMFault);
    CHECK(seL4_Fault_VMFault_get_Addr(fault) == vaddr + 8);
    map(frame, VSPACE, vaddr, seL4_ReadWrite);
    answer(reply);
    CHECK(t->is_done && t->result == 2);
}

static void receive(struct thread *t)
{
    seL4_Word badge;
    t->result = seL4_MessageInfo_get_label(seL4_Wait(t->arg, &badge));
}

static void send(struct thread *t) { seL4_Send(t->arg, seL4_MessageInfo_new(0, 0, 0, 0)); }

void check_cap_fault(void)
{
    seL4_CPtr handler = make(seL4_EndpointObject, 0), reply = make(seL4_ReplyObject, 0), slot = new_slot();
    seL4_CPtr endpoint = make(seL4_EndpointObject, 0);
    seL4_Word badge, nowhere = 1ul << (seL4_WordBits - 1);
    struct thread *t = thread_new(receive, slot, PRIORITY_HIGH);
    thread_set_handler(t, badged(handler, 66));
    thread_start(t);
    seL4_MessageInfo_t tag = seL4_Recv(handler, &badge, reply);
    CHECK(badge == 66 && seL4_MessageInfo_get_label(tag) == seL4_Fault_CapFault);
    CHECK(seL4_GetMR(seL4_CapFault_Addr) == slot && seL4_GetMR(seL4_CapFault_InRecvPhase) == 1 &&
          seL4_GetMR(seL4_CapFault_LookupFailureType) == seL4_MissingCapability);
    CHECK_OK(seL4_CNode_Copy(ROOT, slot, DEPTH, ROOT, endpoint, DEPTH, seL4_AllRights));
    answer(reply); // it receives again
    seL4_Send(endpoint, seL4_MessageInfo_new(4, 0, 0, 0));
    CHECK(t->is_done && t->result == 4);
    // Sending faults if the address does not resolve; an empty slot is merely not something to send to.
    CHECK(seL4_MessageInfo_get_label(seL4_Call(new_slot(), seL4_MessageInfo_new(0, 0, 0, 0))) ==
          seL4_InvalidCapability);
    t = thread_new(send, nowhere, PRIORITY_HIGH);
    thread_set_handler(t, handler);
    thread_start(t);
    seL4_Fault_t fault = receive_fault(handler, reply, seL4_Fault_CapFault);
    CHECK(seL4_Fault_CapFault_get_Addr(fault) == nowhere && !seL4_Fault_CapFault_get_InRecvPhase(fault));
    CHECK(seL4_Fault_CapFault_get_LookupFailureType(fault) == seL4_GuardMismatch);
}

static void make_unknown_syscall(struct thread *t) { t->result = arch_unknown_syscall(t->arg); }

void check_unknown_syscall(void)
{
    seL4_CPtr handler = make(seL4_EndpointObject, 0), reply = make(seL4_ReplyObject, 0);
    seL4_Word badge;
    struct thread *t = thread_new(make_unknown_syscall, 39, PRIORITY_HIGH);
    thread_set_handler(t, handler);
    thread_start(t);
    seL4_MessageInfo_t tag = seL4_Recv(handler, &badge, reply);
    seL4_Fault_t fault = seL4_getFault(tag);
    CHECK(seL4_Fault_get_seL4_FaultType(fault) == seL4_Fault_UnknownSyscall);
    CHECK(seL4_Fault_UnknownSyscall_get_Syscall(fault) == 39);
    seL4_SetMR(ARCH_CALL_RESULT, 4711); // the other registers as they came
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, seL4_UnknownSyscall_Length));
    CHECK(t->is_done && t->result == 4711);
}

static void do_something_illegal(struct thread *t)
{
    arch_illegal_instruction();
    t->result = 1;
}

void check_user_exception(void)
{
    seL4_CPtr handler = make(seL4_EndpointObject, 0), reply = make(seL4_ReplyObject, 0);
    struct thread *t = thread_new(do_something_illegal, 0, PRIORITY_HIGH);
    thread_set_handler(t, handler);
    thread_start(t);
    seL4_Fault_t fault = receive_fault(handler, reply, seL4_Fault_UserException);
    CHECK(seL4_Fault_UserException_get_FaultIP(fault) >= (seL4_Word)do_something_illegal);
    seL4_SetMR(seL4_UserException_FaultIP, seL4_Fault_UserException_get_FaultIP(fault) + ARCH_ILLEGAL_LENGTH);
    seL4_SetMR(seL4_UserException_SP, seL4_Fault_UserException_get_Stack(fault));
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, seL4_UserException_Length));
    CHECK(t->is_done && t->result == 1);
    // A handler that answers with another label leaves the thread suspended.
    struct thread *other = thread_new(do_something_illegal, 0, PRIORITY_HIGH);
    thread_set_handler(other, handler);
    thread_start(other);
    receive_fault(handler, reply, seL4_Fault_UserException);
    seL4_Send(reply, seL4_MessageInfo_new(99, 0, 0, 0));
    CHECK(!other->is_done);
}

static void spin(struct thread *t)
{
    for (;;)
        t->result++;
}

static void count_up(struct thread *t)
{
    seL4_SetTLSBase(0x9000);
    t->result += 1000;
}

static seL4_UserContext registers_of(struct thread *t)
{
    seL4_UserContext regs;
    CHECK_OK(seL4_TCB_ReadRegisters(t->tcb, 0, 0, sizeof regs / sizeof(seL4_Word), &regs));
    return regs;
}

void check_registers(void)
{
    struct thread *t = thread_new(count_up, 0, PRIORITY_HIGH), *other = thread_new(spin, 0, PRIORITY_LOW);
    seL4_UserContext regs = {0};
    arch_set_entry(&regs, 0x123456, t->stack_top, 42);
    CHECK_OK(seL4_TCB_WriteRegisters(t->tcb, 0, 0, sizeof regs / sizeof(seL4_Word), &regs));
    regs = registers_of(t);
    CHECK(arch_pc(&regs) == 0x123456 && arch_arg(&regs) == 42);
    CHECK_OK(seL4_TCB_SetTLSBase(t->tcb, 0x7000));
    regs = registers_of(t);
    CHECK(arch_tls(&regs) == 0x7000);
    CHECK_OK(seL4_TCB_CopyRegisters(other->tcb, t->tcb, 0, 0, 1, 1, 0));
    regs = registers_of(other);
    CHECK(arch_pc(&regs) == 0x123456 && arch_arg(&regs) == 42);
    CHECK(seL4_TCB_ReadRegisters(SELF, 0, 0, 1, &regs) == seL4_IllegalOperation);
    CHECK(seL4_TCB_ReadRegisters(t->tcb, 0, 0, 0, &regs) == seL4_RangeError);
    thread_start(t);
    CHECK(t->is_done && t->result == 1000);
    regs = registers_of(t);
    CHECK(arch_tls(&regs) == 0x9000);
    // Suspended in the middle and resumed: it goes on where it was.
    thread_start(other);
    CHECK_OK(seL4_TCB_SetPriority(other->tcb, SELF, PRIORITY_MAIN));
    while (other->result == 0)
        seL4_Yield();
    CHECK_OK(seL4_TCB_Suspend(other->tcb));
    seL4_Word before = other->result;
    seL4_Yield();
    CHECK(other->result == before);
    CHECK_OK(seL4_TCB_Resume(other->tcb));
    while (other->result == before)
        seL4_Yield();
    CHECK_OK(seL4_TCB_Suspend(other->tcb));
    // The FPU is given and taken.
    CHECK(seL4_TCB_SetFlags(t->tcb, seL4_TCBFlag_fpuDisabled, 0).flags == 0);
    CHECK(seL4_TCB_SetFlags(t->tcb, 0, seL4_TCBFlag_fpuDisabled).flags == seL4_TCBFlag_fpuDisabled);
}

void check_priorities(void)
{
    struct thread *authority = thread_new(count_up, 0, PRIORITY_LOW), *t = thread_new(count_up, 0, PRIORITY_LOW);
    CHECK(seL4_TCB_SetPriority(t->tcb, authority->tcb, PRIORITY_LOW + 1) == seL4_RangeError);
    CHECK(seL4_GetMR(0) == seL4_MinPrio && seL4_GetMR(1) == PRIORITY_LOW);
    CHECK_OK(seL4_TCB_SetPriority(t->tcb, authority->tcb, PRIORITY_LOW - 1));
    CHECK_OK(seL4_TCB_SetMCPriority(authority->tcb, SELF, PRIORITY_HIGH));
    CHECK_OK(seL4_TCB_SetPriority(t->tcb, authority->tcb, PRIORITY_HIGH));
    CHECK(seL4_TCB_SetPriority(t->tcb, authority->tcb, seL4_MaxPrio) == seL4_RangeError);
    CHECK(seL4_TCB_SetPriority(t->tcb, t->sc, 1) == seL4_InvalidCapability);
    CHECK_OK(seL4_TCB_SetPriority(t->tcb, SELF, PRIORITY_LOW));
    thread_start(t);
    CHECK(!t->is_done); // behind this thread
    CHECK_OK(seL4_TCB_SetPriority(t->tcb, SELF, PRIORITY_HIGH));
    CHECK(t->is_done);
}

static void count_twice(struct thread *t)
{
    t->result = 1;
    t->result = 2;
}

void check_debugging(void)
{
    seL4_CPtr handler = make(seL4_EndpointObject, 0), reply = make(seL4_ReplyObject, 0);
    seL4_Word number = seL4_FirstWatchpoint >= 0 ? seL4_FirstWatchpoint : seL4_FirstDualFunctionMonitor;
    struct thread *t = thread_new(count_twice, 0, PRIORITY_HIGH);
    thread_set_handler(t, handler);
    CHECK_OK(seL4_TCB_SetBreakpoint(t->tcb, (seL4_Uint16)number, (seL4_Word)&t->result, seL4_DataBreakpoint,
                                    sizeof t->result, seL4_BreakOnWrite));
    seL4_TCB_GetBreakpoint_t b = seL4_TCB_GetBreakpoint(t->tcb, (seL4_Uint16)number);
    CHECK(!b.error && b.vaddr == (seL4_Word)&t->result && b.type == seL4_DataBreakpoint && b.size == sizeof t->result &&
          b.rw == seL4_BreakOnWrite && b.is_enabled);
    thread_start(t);
    for (seL4_Word i = 0; i < 2; i++) {
        seL4_Fault_t fault = receive_fault(handler, reply, seL4_Fault_DebugException);
        CHECK(seL4_Fault_DebugException_get_ExceptionReason(fault) == seL4_DataBreakpoint);
        CHECK(seL4_Fault_DebugException_get_TriggerAddress(fault) == (seL4_Word)&t->result);
        CHECK(seL4_Fault_DebugException_get_BreakpointNumber(fault) == number && !t->is_done);
        answer(reply);
    }
    CHECK(t->is_done && t->result == 2);
    CHECK_OK(seL4_TCB_UnsetBreakpoint(t->tcb, (seL4_Uint16)number));
    CHECK(!seL4_TCB_GetBreakpoint(t->tcb, (seL4_Uint16)number).is_enabled);
    CHECK(seL4_TCB_UnsetBreakpoint(t->tcb, seL4_NumHWBreakpoints) == seL4_RangeError);
    CHECK(seL4_TCB_ConfigureSingleStepping(t->tcb, 0, 1).error == seL4_NoError);
    thread_start(t);
    for (seL4_Word pc = 0, i = 0; i < 5; i++) {
        seL4_Fault_t fault = receive_fault(handler, reply, seL4_Fault_DebugException);
        CHECK(seL4_Fault_DebugException_get_ExceptionReason(fault) == seL4_SingleStep);
        CHECK(seL4_Fault_DebugException_get_FaultIP(fault) != pc);
        pc = seL4_Fault_DebugException_get_FaultIP(fault);
        seL4_SetMR(0, i < 4);
        seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 1));
    }
    CHECK(t->is_done);
}
