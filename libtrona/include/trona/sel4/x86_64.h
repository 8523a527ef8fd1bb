// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// x86_64: object types, registers in fault messages, paging, interrupts of the I/O APIC, I/O ports.

#include "constants.h"
#include "faults.h"

typedef enum {
    seL4_X86_4K = SEL4_FRAME_TYPE_(seL4_PageBits),
    seL4_X86_LargePageObject = SEL4_FRAME_TYPE_(seL4_LargePageBits),
    seL4_X64_HugePageObject = SEL4_FRAME_TYPE_(seL4_HugePageBits),
    seL4_X86_PageTableObject = SEL4_TABLE_TYPE_(1),
    seL4_X86_PageDirectoryObject = SEL4_TABLE_TYPE_(2),
    seL4_X86_PDPTObject = SEL4_TABLE_TYPE_(3),
    seL4_X64_PML4Object = KN_OBJECT_TYPE_VSPACE,
} seL4_ArchObjectType;

#define seL4_PageDirBits seL4_PageTableBits
#define seL4_PDPTBits seL4_PageTableBits
#define seL4_PML4Bits seL4_VSpaceBits
#define seL4_PageDirEntryBits seL4_PageTableEntryBits
#define seL4_PDPTEntryBits seL4_PageTableEntryBits
#define seL4_PML4EntryBits seL4_PageTableEntryBits
#define seL4_PageDirIndexBits seL4_PageTableIndexBits
#define seL4_PDPTIndexBits seL4_PageTableIndexBits
#define seL4_PML4IndexBits (seL4_PML4Bits - seL4_PML4EntryBits)
#define SEL4_MAPPING_LOOKUP_NO_PD seL4_HugePageBits
#define SEL4_MAPPING_LOOKUP_NO_PDPT (seL4_HugePageBits + seL4_PageTableIndexBits)

// FSGSBASE is on.
static inline void seL4_SetTLSBase(seL4_Word tls_base) { __asm__ volatile("wrfsbase %0" : : "r"(tls_base) : "memory"); }

enum { seL4_CapIOPortControl = KN_INIT_CAP_IO_PORT_CONTROL };

typedef seL4_CPtr seL4_X86_PageDirectory;
typedef seL4_CPtr seL4_X86_PDPT;
typedef seL4_CPtr seL4_X64_PML4;
typedef seL4_CPtr seL4_X86_IOPort;
typedef seL4_CPtr seL4_X86_IOPortControl;

typedef enum {
    seL4_UnknownSyscall_RAX = KN_FAULT_UNKNOWN_SYSCALL_RAX,
    seL4_UnknownSyscall_RBX = KN_FAULT_UNKNOWN_SYSCALL_RBX,
    seL4_UnknownSyscall_RCX = KN_FAULT_UNKNOWN_SYSCALL_RCX,
    seL4_UnknownSyscall_RDX = KN_FAULT_UNKNOWN_SYSCALL_RDX,
    seL4_UnknownSyscall_RSI = KN_FAULT_UNKNOWN_SYSCALL_RSI,
    seL4_UnknownSyscall_RDI = KN_FAULT_UNKNOWN_SYSCALL_RDI,
    seL4_UnknownSyscall_RBP = KN_FAULT_UNKNOWN_SYSCALL_RBP,
    seL4_UnknownSyscall_R8 = KN_FAULT_UNKNOWN_SYSCALL_R8,
    seL4_UnknownSyscall_R9 = KN_FAULT_UNKNOWN_SYSCALL_R9,
    seL4_UnknownSyscall_R10 = KN_FAULT_UNKNOWN_SYSCALL_R10,
    seL4_UnknownSyscall_R11 = KN_FAULT_UNKNOWN_SYSCALL_R11,
    seL4_UnknownSyscall_R12 = KN_FAULT_UNKNOWN_SYSCALL_R12,
    seL4_UnknownSyscall_R13 = KN_FAULT_UNKNOWN_SYSCALL_R13,
    seL4_UnknownSyscall_R14 = KN_FAULT_UNKNOWN_SYSCALL_R14,
    seL4_UnknownSyscall_R15 = KN_FAULT_UNKNOWN_SYSCALL_R15,
    seL4_UnknownSyscall_FaultIP = KN_FAULT_UNKNOWN_SYSCALL_PC,
    seL4_UnknownSyscall_SP = KN_FAULT_UNKNOWN_SYSCALL_SP,
    seL4_UnknownSyscall_FLAGS = KN_FAULT_UNKNOWN_SYSCALL_FLAGS,
    seL4_UnknownSyscall_Syscall = KN_FAULT_UNKNOWN_SYSCALL_SYSCALL,
    seL4_UnknownSyscall_Length = KN_FAULT_UNKNOWN_SYSCALL_LENGTH,
} seL4_UnknownSyscall_Msg;

enum { seL4_UserException_FLAGS = KN_FAULT_USER_EXCEPTION_FLAGS };

SEL4_FAULT_WORD_(UnknownSyscall, RAX, KN_FAULT_UNKNOWN_SYSCALL_RAX)
SEL4_FAULT_WORD_(UnknownSyscall, RBX, KN_FAULT_UNKNOWN_SYSCALL_RBX)
SEL4_FAULT_WORD_(UnknownSyscall, RCX, KN_FAULT_UNKNOWN_SYSCALL_RCX)
SEL4_FAULT_WORD_(UnknownSyscall, RDX, KN_FAULT_UNKNOWN_SYSCALL_RDX)
SEL4_FAULT_WORD_(UnknownSyscall, RSI, KN_FAULT_UNKNOWN_SYSCALL_RSI)
SEL4_FAULT_WORD_(UnknownSyscall, RDI, KN_FAULT_UNKNOWN_SYSCALL_RDI)
SEL4_FAULT_WORD_(UnknownSyscall, RBP, KN_FAULT_UNKNOWN_SYSCALL_RBP)
SEL4_FAULT_WORD_(UnknownSyscall, R8, KN_FAULT_UNKNOWN_SYSCALL_R8)
SEL4_FAULT_WORD_(UnknownSyscall, R9, KN_FAULT_UNKNOWN_SYSCALL_R9)
SEL4_FAULT_WORD_(UnknownSyscall, R10, KN_FAULT_UNKNOWN_SYSCALL_R10)
SEL4_FAULT_WORD_(UnknownSyscall, R11, KN_FAULT_UNKNOWN_SYSCALL_R11)
SEL4_FAULT_WORD_(UnknownSyscall, R12, KN_FAULT_UNKNOWN_SYSCALL_R12)
SEL4_FAULT_WORD_(UnknownSyscall, R13, KN_FAULT_UNKNOWN_SYSCALL_R13)
SEL4_FAULT_WORD_(UnknownSyscall, R14, KN_FAULT_UNKNOWN_SYSCALL_R14)
SEL4_FAULT_WORD_(UnknownSyscall, R15, KN_FAULT_UNKNOWN_SYSCALL_R15)
SEL4_FAULT_WORD_(UnknownSyscall, FLAGS, KN_FAULT_UNKNOWN_SYSCALL_FLAGS)
SEL4_FAULT_WORD_(UserException, FLAGS, KN_FAULT_USER_EXCEPTION_FLAGS)

// kernite knows cached and uncached; what lies between is uncached.
typedef enum {
    seL4_X86_WriteBack,
    seL4_X86_WriteThrough,
    seL4_X86_CacheDisabled,
    seL4_X86_Uncacheable,
    seL4_X86_WriteCombining,
    seL4_X86_Default_VMAttributes = seL4_X86_WriteBack,
    seL4_X86_Uncached_VMAttributes = seL4_X86_CacheDisabled,
} seL4_X86_VMAttributes;

static inline kn_word_t sel4_attributes(seL4_X86_VMAttributes attr)
{
    return attr == seL4_X86_WriteBack ? 0 : KN_VM_ATTR_UNCACHED;
}

#define SEL4_ARCH_(name) seL4_X86_##name
#include "paging.h"

// The three levels are one object in kernite.
static inline seL4_Error seL4_X86_PageDirectory_Map(seL4_X86_PageDirectory service, seL4_CPtr vspace, seL4_Word vaddr,
                                                    seL4_X86_VMAttributes attr)
{
    return seL4_X86_PageTable_Map(service, vspace, vaddr, attr);
}
static inline seL4_Error seL4_X86_PageDirectory_Unmap(seL4_X86_PageDirectory service)
{
    return seL4_X86_PageTable_Unmap(service);
}

static inline seL4_Error seL4_X86_PDPT_Map(seL4_X86_PDPT service, seL4_CPtr vspace, seL4_Word vaddr,
                                           seL4_X86_VMAttributes attr)
{
    return seL4_X86_PageTable_Map(service, vspace, vaddr, attr);
}
static inline seL4_Error seL4_X86_PDPT_Unmap(seL4_X86_PDPT service) { return seL4_X86_PageTable_Unmap(service); }

// IRQ: a GSI; edge, active high.
static inline seL4_Error seL4_IRQControl_Get(seL4_IRQControl service, seL4_Word irq, seL4_CNode root, seL4_Word index,
                                             seL4_Uint8 depth)
{
    return kn_irq_control_get(service, irq, 0, index, depth, root);
}

// A GSI is a pin of the first I/O APIC, or one of those behind it: IOAPIC 0 takes any GSI as its pin, others are
// seL4_RangeError. The kernel chooses the vector itself.
static inline seL4_Error seL4_IRQControl_GetIOAPIC(seL4_IRQControl service, seL4_CNode root, seL4_Word index,
                                                   seL4_Uint8 depth, seL4_Word ioapic, seL4_Word pin, seL4_Word level,
                                                   seL4_Word polarity, seL4_Word vector)
{
    (void)vector;
    if (ioapic != 0 || level > 1 || polarity > 1)
        return seL4_RangeError;
    return kn_irq_control_get(service, pin,
                              (level ? KN_IRQ_TRIGGER_LEVEL : 0u) | (polarity ? KN_IRQ_TRIGGER_ACTIVE_LOW : 0u), index,
                              depth, root);
}

// HANDLE has no meaning: there is no interrupt remapping. On success message registers 0 and 1 hold the address and the data
// that the device has to write.
static inline seL4_Error seL4_IRQControl_GetMSI(seL4_IRQControl service, seL4_CNode root, seL4_Word index,
                                                seL4_Uint8 depth, seL4_Word pci_bus, seL4_Word pci_dev,
                                                seL4_Word pci_func, seL4_Word handle, seL4_Word vector)
{
    (void)handle;
    if (pci_bus > 255 || pci_dev > 31 || pci_func > 7)
        return seL4_RangeError;
    seL4_Word address = 0, data = 0;
    seL4_Error error = kn_irq_control_get_msi(service, vector, pci_bus << 8 | pci_dev << 3 | pci_func, index, depth,
                                              root, &address, &data);
    if (error == seL4_NoError) {
        seL4_SetMR(0, address);
        seL4_SetMR(1, data);
    }
    return error;
}

static inline seL4_Error seL4_X86_IOPortControl_Issue(seL4_X86_IOPortControl service, seL4_Word first_port,
                                                      seL4_Word last_port, seL4_CNode root, seL4_Word index,
                                                      seL4_Uint8 depth)
{
    return kn_io_port_control_issue(service, first_port, last_port, index, depth, root);
}

#define SEL4_IN_(bits)                                                                                                 \
    typedef struct seL4_X86_IOPort_In##bits {                                                                          \
        int error;                                                                                                     \
        seL4_Uint##bits result;                                                                                        \
    } seL4_X86_IOPort_In##bits##_t;                                                                                    \
    static inline seL4_X86_IOPort_In##bits##_t seL4_X86_IOPort_In##bits(seL4_X86_IOPort service, seL4_Uint16 port)     \
    {                                                                                                                  \
        seL4_Word value = 0;                                                                                           \
        seL4_Error error = kn_io_port_in##bits(service, port, &value);                                                 \
        return (seL4_X86_IOPort_In##bits##_t){.error = (int)error, .result = (seL4_Uint##bits)value};                  \
    }
SEL4_IN_(8)
SEL4_IN_(16)
SEL4_IN_(32)
#undef SEL4_IN_

static inline seL4_Error seL4_X86_IOPort_Out8(seL4_X86_IOPort service, seL4_Word port, seL4_Word data)
{
    return kn_io_port_out8(service, port, data);
}

static inline seL4_Error seL4_X86_IOPort_Out16(seL4_X86_IOPort service, seL4_Word port, seL4_Word data)
{
    return kn_io_port_out16(service, port, data);
}

static inline seL4_Error seL4_X86_IOPort_Out32(seL4_X86_IOPort service, seL4_Word port, seL4_Word data)
{
    return kn_io_port_out32(service, port, data);
}
