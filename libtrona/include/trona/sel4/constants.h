// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Errors, look-up failures, limits, object types and sizes that every architecture has.

#include "types.h"

enum {
    seL4_NoError = KN_ERROR_NONE,
    seL4_InvalidArgument = KN_ERROR_INVALID_ARGUMENT,
    seL4_InvalidCapability = KN_ERROR_INVALID_CAPABILITY,
    seL4_IllegalOperation = KN_ERROR_ILLEGAL_OPERATION,
    seL4_RangeError = KN_ERROR_RANGE_ERROR,
    seL4_AlignmentError = KN_ERROR_ALIGNMENT_ERROR,
    seL4_FailedLookup = KN_ERROR_FAILED_LOOKUP,
    seL4_TruncatedMessage = KN_ERROR_TRUNCATED_MESSAGE,
    seL4_DeleteFirst = KN_ERROR_DELETE_FIRST,
    seL4_RevokeFirst = KN_ERROR_REVOKE_FIRST,
    seL4_NotEnoughMemory = KN_ERROR_NOT_ENOUGH_MEMORY,
};

typedef enum {
    seL4_NoFailure = -1, // no number of the kernel's
    seL4_InvalidRoot = KN_LOOKUP_FAILURE_INVALID_ROOT,
    seL4_MissingCapability = KN_LOOKUP_FAILURE_MISSING_CAPABILITY,
    seL4_DepthMismatch = KN_LOOKUP_FAILURE_DEPTH_MISMATCH,
    seL4_GuardMismatch = KN_LOOKUP_FAILURE_GUARD_MISMATCH,
} seL4_LookupFailureType;

enum priorityConstants {
    seL4_InvalidPrio = -1, // no priority
    seL4_MinPrio = 0,
    seL4_MaxPrio = KN_NR_PRIORITIES - 1,
};

enum seL4_MsgLimits {
    seL4_MsgLengthBits = KN_MSG_INFO_LENGTH_BITS,
    seL4_MsgExtraCapBits = KN_MSG_INFO_EXTRA_CAPS_BITS,
    seL4_MsgMaxLength = KN_MSG_MAX_LENGTH,
};
#define seL4_MsgMaxExtraCaps KN_MSG_MAX_EXTRA_CAPS
#define seL4_CapRightsBits 4
#define seL4_FastMessageRegisters KN_MSG_REGISTERS

// Types for seL4_Untyped_Retype. libsel4 has one a size of frames and one a level of page tables; kernite has one type of
// each. What tells them apart here stands above the kernel's number: a frame's size, and a level that nobody looks at.
#define SEL4_TYPE_BITS_ 16
#define SEL4_FRAME_TYPE_(size_bits) (KN_OBJECT_TYPE_FRAME | (size_bits) << SEL4_TYPE_BITS_)
#define SEL4_TABLE_TYPE_(level) (KN_OBJECT_TYPE_PAGE_TABLE | (level) << SEL4_TYPE_BITS_)

typedef enum {
    seL4_UntypedObject = KN_OBJECT_TYPE_UNTYPED,
    seL4_TCBObject = KN_OBJECT_TYPE_TCB,
    seL4_EndpointObject = KN_OBJECT_TYPE_ENDPOINT,
    seL4_NotificationObject = KN_OBJECT_TYPE_NOTIFICATION,
    seL4_CapTableObject = KN_OBJECT_TYPE_CNODE,
    seL4_SchedContextObject = KN_OBJECT_TYPE_SCHED_CONTEXT,
    seL4_ReplyObject = KN_OBJECT_TYPE_REPLY,
} seL4_ObjectType;

// Sizes, log2 of bytes.
#define seL4_WordBits KN_WORD_BITS
#define seL4_WordSizeBits 3
#define seL4_SlotBits KN_SLOT_BITS
#define seL4_GuardSizeBits KN_CNODE_GUARD_SIZE_BITS
#define seL4_GuardBits KN_CNODE_GUARD_GUARD_BITS
#define seL4_UserTop KN_USER_TOP // first address that is not a user's
#define seL4_TCBBits KN_TCB_BITS
#define seL4_EndpointBits KN_ENDPOINT_BITS
#define seL4_NotificationBits KN_NOTIFICATION_BITS
#define seL4_ReplyBits KN_REPLY_BITS
#define seL4_MinSchedContextBits KN_SCHED_CONTEXT_MIN_BITS
#define seL4_CoreSchedContextBytes (KN_SCHED_CONTEXT_BYTES + KN_SCHED_CONTEXT_MIN_REFILLS * KN_REFILL_BYTES)
#define seL4_RefillSizeBytes KN_REFILL_BYTES
#define seL4_MinUntypedBits KN_UNTYPED_MIN_BITS
#define seL4_MaxUntypedBits KN_UNTYPED_MAX_BITS
#define seL4_IPCBufferSizeBits KN_PAGE_BITS
#define seL4_ASIDPoolBits KN_ASID_POOL_BITS
#define seL4_ASIDPoolIndexBits (seL4_ASIDPoolBits - seL4_WordSizeBits)
#define seL4_VSpaceBits KN_VSPACE_BITS
#define seL4_PageTableBits KN_PAGE_TABLE_BITS
#define seL4_PageTableEntryBits seL4_WordSizeBits
#define seL4_PageTableIndexBits (seL4_PageTableBits - seL4_PageTableEntryBits)
#define seL4_PageBits KN_PAGE_BITS
#define seL4_LargePageBits (seL4_PageBits + seL4_PageTableIndexBits)
#define seL4_HugePageBits (seL4_LargePageBits + seL4_PageTableIndexBits)

// What seL4_SchedControl_Configure takes at most for a context of 2^SIZE bytes. There is a limit besides the size here.
static inline seL4_Word seL4_MaxExtraRefills(seL4_Word size)
{
    seL4_Word room = ((1ul << size) - seL4_CoreSchedContextBytes) / seL4_RefillSizeBytes;
    seL4_Word limit = KN_SCHED_CONTEXT_MAX_REFILLS - KN_SCHED_CONTEXT_MIN_REFILLS;
    return room < limit ? room : limit;
}

typedef enum {
    seL4_SchedContext_NoFlag = 0,
    seL4_SchedContext_Sporadic = KN_SCHED_FLAG_SPORADIC,
} seL4_SchedContextFlag;

// kernite's flag says the opposite: its threads have no FPU unless they get it.
typedef enum {
    seL4_TCBFlag_NoFlag = 0,
    seL4_TCBFlag_fpuDisabled = KN_TCB_FLAG_FPU,
    seL4_TCBFlag_MASK = seL4_TCBFlag_fpuDisabled,
} seL4_TCBFlag;

// Results of seL4_MappingFailedLookupLevel.
#define SEL4_MAPPING_LOOKUP_NO_PT seL4_LargePageBits
