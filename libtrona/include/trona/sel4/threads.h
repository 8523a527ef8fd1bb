// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// TCBs and scheduling contexts. vspace_root_data and arch_flags have no meaning, as in seL4.

#include "constants.h"

static inline seL4_Error seL4_TCB_Configure(seL4_TCB service, seL4_CNode cspace_root, seL4_Word cspace_root_data,
                                            seL4_CPtr vspace_root, seL4_Word vspace_root_data, seL4_Word buffer,
                                            seL4_CPtr bufferFrame)
{
    (void)vspace_root_data;
    return kn_tcb_configure(service, cspace_root_data, buffer, cspace_root, vspace_root, bufferFrame);
}

static inline seL4_Error seL4_TCB_SetSpace(seL4_TCB service, seL4_CPtr fault_ep, seL4_CNode cspace_root,
                                           seL4_Word cspace_root_data, seL4_CPtr vspace_root,
                                           seL4_Word vspace_root_data)
{
    (void)vspace_root_data;
    return kn_tcb_set_space(service, cspace_root_data, fault_ep, cspace_root, vspace_root);
}

static inline seL4_Error seL4_TCB_SetIPCBuffer(seL4_TCB service, seL4_Word buffer, seL4_CPtr bufferFrame)
{
    return kn_tcb_set_ipc_buffer(service, buffer, bufferFrame);
}

static inline seL4_Error seL4_TCB_SetPriority(seL4_TCB service, seL4_TCB authority, seL4_Word priority)
{
    return kn_tcb_set_priority(service, priority, authority);
}

static inline seL4_Error seL4_TCB_SetMCPriority(seL4_TCB service, seL4_TCB authority, seL4_Word mcp)
{
    return kn_tcb_set_mc_priority(service, mcp, authority);
}

static inline seL4_Error seL4_TCB_SetSchedParams(seL4_TCB service, seL4_TCB authority, seL4_Word mcp,
                                                 seL4_Word priority, seL4_CPtr sched_context, seL4_CPtr fault_ep)
{
    return kn_tcb_set_sched_params(service, mcp, priority, authority, sched_context, fault_ep);
}

static inline seL4_Error seL4_TCB_SetTimeoutEndpoint(seL4_TCB service, seL4_CPtr timeout_fault_ep)
{
    return kn_tcb_set_timeout_endpoint(service, timeout_fault_ep);
}

static inline seL4_Error seL4_TCB_Suspend(seL4_TCB service) { return kn_tcb_suspend(service); }
static inline seL4_Error seL4_TCB_Resume(seL4_TCB service) { return kn_tcb_resume(service); }

static inline seL4_Error seL4_TCB_BindNotification(seL4_TCB service, seL4_CPtr notification)
{
    return kn_tcb_bind_notification(service, notification);
}

static inline seL4_Error seL4_TCB_UnbindNotification(seL4_TCB service) { return kn_tcb_unbind_notification(service); }

static inline seL4_Error seL4_TCB_SetTLSBase(seL4_TCB service, seL4_Word tls_base)
{
    return kn_tcb_set_tls_base(service, tls_base);
}

static inline seL4_Error seL4_TCB_ReadRegisters(seL4_TCB service, seL4_Bool suspend_source, seL4_Uint8 arch_flags,
                                                seL4_Word count, seL4_UserContext *regs)
{
    (void)arch_flags;
    return kn_tcb_read_registers(service, suspend_source ? KN_REGISTER_FLAG_SUSPEND_OR_RESUME : 0, count, regs);
}

static inline seL4_Error seL4_TCB_WriteRegisters(seL4_TCB service, seL4_Bool resume_target, seL4_Uint8 arch_flags,
                                                 seL4_Word count, seL4_UserContext *regs)
{
    (void)arch_flags;
    return kn_tcb_write_registers(service, resume_target ? KN_REGISTER_FLAG_SUSPEND_OR_RESUME : 0, count, regs);
}

// All registers or none: half of them is seL4_InvalidArgument.
static inline seL4_Error seL4_TCB_CopyRegisters(seL4_TCB service, seL4_TCB source, seL4_Bool suspend_source,
                                                seL4_Bool resume_target, seL4_Bool transfer_frame,
                                                seL4_Bool transfer_integer, seL4_Uint8 arch_flags)
{
    seL4_Error error = seL4_NoError;
    (void)arch_flags;
    if (!transfer_frame != !transfer_integer)
        return seL4_InvalidArgument;
    if (suspend_source)
        error = kn_tcb_suspend(source);
    if (error == seL4_NoError && transfer_frame)
        error = kn_tcb_copy_registers(service, resume_target ? KN_REGISTER_FLAG_SUSPEND_OR_RESUME : 0, source);
    else if (error == seL4_NoError && resume_target)
        error = kn_tcb_resume(service);
    return error;
}

typedef struct seL4_TCB_SetFlags {
    int error;
    seL4_Word flags;
} seL4_TCB_SetFlags_t;

// The one flag is kernite's turned round: clearing "disabled" sets KN_TCB_FLAG_FPU.
static inline seL4_TCB_SetFlags_t seL4_TCB_SetFlags(seL4_TCB service, seL4_Word clear, seL4_Word set)
{
    seL4_Word flags = 0;
    if ((clear | set) & ~(seL4_Word)seL4_TCBFlag_MASK)
        return (seL4_TCB_SetFlags_t){.error = seL4_InvalidArgument};
    seL4_Error error = kn_tcb_set_flags(service, set, clear & ~set, KN_INIT_CAP_NULL, &flags);
    return (seL4_TCB_SetFlags_t){.error = (int)error, .flags = ~flags & seL4_TCBFlag_MASK};
}

static inline seL4_Error seL4_SchedControl_ConfigureFlags(seL4_SchedControl service, seL4_SchedContext schedcontext,
                                                          seL4_Time budget, seL4_Time period, seL4_Word extra_refills,
                                                          seL4_Word badge, seL4_Word flags)
{
    return kn_sched_control_configure(service, budget, period, extra_refills, badge, flags, schedcontext);
}

static inline seL4_Error seL4_SchedControl_Configure(seL4_SchedControl service, seL4_SchedContext schedcontext,
                                                     seL4_Time budget, seL4_Time period, seL4_Word extra_refills,
                                                     seL4_Word badge)
{
    return seL4_SchedControl_ConfigureFlags(service, schedcontext, budget, period, extra_refills, badge,
                                            seL4_SchedContext_NoFlag);
}

static inline seL4_Error seL4_SchedContext_Bind(seL4_SchedContext service, seL4_CPtr cap)
{
    return kn_sched_context_bind(service, cap);
}

static inline seL4_Error seL4_SchedContext_Unbind(seL4_SchedContext service)
{
    return kn_sched_context_unbind(service);
}

static inline seL4_Error seL4_SchedContext_UnbindObject(seL4_SchedContext service, seL4_CPtr cap)
{
    return kn_sched_context_unbind_object(service, cap);
}

typedef struct seL4_SchedContext_Consumed {
    int error;
    seL4_Time consumed;
} seL4_SchedContext_Consumed_t;
typedef struct seL4_SchedContext_YieldTo {
    int error;
    seL4_Time consumed;
} seL4_SchedContext_YieldTo_t;

static inline seL4_SchedContext_Consumed_t seL4_SchedContext_Consumed(seL4_SchedContext service)
{
    seL4_SchedContext_Consumed_t result = {0};
    result.error = (int)kn_sched_context_consumed(service, &result.consumed);
    return result;
}

static inline seL4_SchedContext_YieldTo_t seL4_SchedContext_YieldTo(seL4_SchedContext service)
{
    seL4_SchedContext_YieldTo_t result = {0};
    result.error = (int)kn_sched_context_yield_to(service, &result.consumed);
    return result;
}
