// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Scalars, capability types, message information, rights, CNode data, IPC buffer. Source: seL4 reference manual, "The
// seL4 API" (data types).

#include <kn/stubs.h>

typedef int8_t seL4_Int8;
typedef int16_t seL4_Int16;
typedef int32_t seL4_Int32;
typedef int64_t seL4_Int64;
typedef uint8_t seL4_Uint8;
typedef uint16_t seL4_Uint16;
typedef uint32_t seL4_Uint32;
typedef uint64_t seL4_Uint64;
typedef kn_word_t seL4_Word;
typedef kn_cptr_t seL4_CPtr;
typedef seL4_Int8 seL4_Bool;
typedef seL4_Uint64 seL4_Time; // microseconds
typedef seL4_Word seL4_NodeId;
typedef seL4_Word seL4_Domain;
typedef seL4_Word seL4_SlotPos;
typedef kn_error_t seL4_Error; // seL4_NoError or another of constants.h

enum { seL4_False, seL4_True };
#define seL4_Null ((void *)0)
#define seL4_NilData 0

typedef seL4_CPtr seL4_CNode;
typedef seL4_CPtr seL4_TCB;
typedef seL4_CPtr seL4_Untyped;
typedef seL4_CPtr seL4_IRQControl;
typedef seL4_CPtr seL4_IRQHandler;
typedef seL4_CPtr seL4_SchedContext;
typedef seL4_CPtr seL4_SchedControl;

// The registers of a thread, as TCB_ReadRegisters and its like see them: libsel4's names in kernite's order.
typedef struct kn_registers seL4_UserContext;

// Get and set of a field of a word that travels to the kernel: KN is the field's name in kn/abi.h.
#define SEL4_FIELD_(type, field, KN)                                                                                   \
    static inline seL4_Word type##_get_##field(type##_t v)                                                             \
    {                                                                                                                  \
        return v.words[0] >> KN##_SHIFT & ((1ul << KN##_BITS) - 1);                                                    \
    }                                                                                                                  \
    static inline type##_t type##_set_##field(type##_t v, seL4_Word value)                                             \
    {                                                                                                                  \
        seL4_Word mask = ((1ul << KN##_BITS) - 1) << KN##_SHIFT;                                                       \
        v.words[0] = (v.words[0] & ~mask) | (value << KN##_SHIFT & mask);                                              \
        return v;                                                                                                      \
    }                                                                                                                  \
    static inline seL4_Word type##_ptr_get_##field(const type##_t *v) { return type##_get_##field(*v); }               \
    static inline void type##_ptr_set_##field(type##_t *v, seL4_Word value) { *v = type##_set_##field(*v, value); }

typedef struct seL4_MessageInfo {
    seL4_Word words[1];
} seL4_MessageInfo_t;

static inline seL4_MessageInfo_t seL4_MessageInfo_new(seL4_Word label, seL4_Word capsUnwrapped, seL4_Word extraCaps,
                                                      seL4_Word length)
{
    return (seL4_MessageInfo_t){{kn_msg_info_new(label, capsUnwrapped, extraCaps, length)}};
}
SEL4_FIELD_(seL4_MessageInfo, label, KN_MSG_INFO_LABEL)
SEL4_FIELD_(seL4_MessageInfo, capsUnwrapped, KN_MSG_INFO_CAPS_UNWRAPPED)
SEL4_FIELD_(seL4_MessageInfo, extraCaps, KN_MSG_INFO_EXTRA_CAPS)
SEL4_FIELD_(seL4_MessageInfo, length, KN_MSG_INFO_LENGTH)

// What Mint, Mutate and the cspace_root_data of TCB_Configure take for a CNode: words[0].
typedef struct seL4_CNode_CapData {
    seL4_Word words[1];
} seL4_CNode_CapData_t;

static inline seL4_CNode_CapData_t seL4_CNode_CapData_new(seL4_Word guard, seL4_Word guardSize)
{
    return (seL4_CNode_CapData_t){{kn_cnode_guard_new(guard, guardSize)}};
}
SEL4_FIELD_(seL4_CNode_CapData, guard, KN_CNODE_GUARD_GUARD)
SEL4_FIELD_(seL4_CNode_CapData, guardSize, KN_CNODE_GUARD_SIZE)
#undef SEL4_FIELD_

typedef struct seL4_CapRights {
    seL4_Word words[1]; // a set of KN_RIGHTS_*
} seL4_CapRights_t;

static inline seL4_CapRights_t seL4_CapRights_new(seL4_Word capAllowGrantReply, seL4_Word capAllowGrant,
                                                  seL4_Word capAllowRead, seL4_Word capAllowWrite)
{
    return (seL4_CapRights_t){{(capAllowGrantReply ? KN_RIGHTS_GRANT_REPLY : 0u) |
                               (capAllowGrant ? KN_RIGHTS_GRANT : 0u) | (capAllowRead ? KN_RIGHTS_READ : 0u) |
                               (capAllowWrite ? KN_RIGHTS_WRITE : 0u)}};
}

#define SEL4_RIGHT_(field, right)                                                                                      \
    static inline seL4_Word seL4_CapRights_get_##field(seL4_CapRights_t v) { return (v.words[0] & (right)) != 0; }     \
    static inline seL4_CapRights_t seL4_CapRights_set_##field(seL4_CapRights_t v, seL4_Word value)                     \
    {                                                                                                                  \
        return (seL4_CapRights_t){{value ? v.words[0] | (right) : v.words[0] & ~(seL4_Word)(right)}};                  \
    }
SEL4_RIGHT_(capAllowGrantReply, KN_RIGHTS_GRANT_REPLY)
SEL4_RIGHT_(capAllowGrant, KN_RIGHTS_GRANT)
SEL4_RIGHT_(capAllowRead, KN_RIGHTS_READ)
SEL4_RIGHT_(capAllowWrite, KN_RIGHTS_WRITE)
#undef SEL4_RIGHT_

#define seL4_NoRights seL4_CapRights_new(0, 0, 0, 0)
#define seL4_CanRead seL4_CapRights_new(0, 0, 1, 0)
#define seL4_CanWrite seL4_CapRights_new(0, 0, 0, 1)
#define seL4_CanGrant seL4_CapRights_new(0, 1, 0, 0)
#define seL4_CanGrantReply seL4_CapRights_new(1, 0, 0, 0)
#define seL4_ReadWrite seL4_CapRights_new(0, 0, 1, 1)
#define seL4_NoWrite seL4_CapRights_new(1, 1, 1, 0)
#define seL4_NoRead seL4_CapRights_new(1, 1, 0, 1)
#define seL4_AllRights seL4_CapRights_new(1, 1, 1, 1)

// struct kn_ipc_buffer by libsel4's names. It fills its page: the kernel wants it at the start of one.
#define SEL4_AT_(field, ...)                                                                                           \
    struct {                                                                                                           \
        seL4_Uint8 sel4_before_##field[offsetof(struct kn_ipc_buffer, field)];                                         \
        __VA_ARGS__;                                                                                                   \
    }
typedef union seL4_IPCBuffer_ {
    SEL4_AT_(tag, seL4_MessageInfo_t tag);
    SEL4_AT_(msg, seL4_Word msg[KN_MSG_MAX_LENGTH]);
    SEL4_AT_(user_data, seL4_Word userData);
    SEL4_AT_(caps_or_badges, seL4_Word caps_or_badges[KN_MSG_MAX_EXTRA_CAPS]);
    SEL4_AT_(receive_cnode, seL4_CPtr receiveCNode);
    SEL4_AT_(receive_index, seL4_CPtr receiveIndex);
    SEL4_AT_(receive_depth, seL4_Word receiveDepth);
    _Alignas(1 << KN_PAGE_BITS) seL4_Uint8 sel4_page[1 << KN_PAGE_BITS];
} seL4_IPCBuffer;
#undef SEL4_AT_
