// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// AArch64: one kind of page table, a PL011 in device memory, the GIC, PSCI.

#include "root.h"

#define PL011 0x9000000ul
#define DATA 0x00
#define FLAGS 0x18
#define INTERRUPT_MASK 0x38
#define INTERRUPT_CLEAR 0x44
#define TRANSMIT_FULL 0x20
#define TRANSMIT_INTERRUPT 0x20
#define SERIAL_INTID 33
#define PSCI_VERSION 0x84000000
#define PSCI_SYSTEM_OFF 0x84000008

static seL4_Word registers;

seL4_Word arch_table_type(seL4_Word lacking_bits)
{
    (void)lacking_bits;
    return seL4_ARM_PageTableObject;
}

seL4_Error arch_map_table(seL4_Word lacking_bits, seL4_CPtr table, seL4_CPtr vspace, seL4_Word vaddr)
{
    (void)lacking_bits;
    return seL4_ARM_PageTable_Map(table, vspace, vaddr, ARCH_DEFAULT);
}

static volatile seL4_Uint32 *reg(seL4_Word offset) { return (volatile seL4_Uint32 *)(registers + offset); }

// Untyped memory is handed out from its start on: what lies before PADDR becomes the larger and larger untypeds that
// alignment allows.
static seL4_CPtr device_frame(seL4_Word paddr)
{
    for (seL4_Word i = 0; i < info->untyped.end - info->untyped.start; i++) {
        const seL4_UntypedDesc *u = &info->untypedList[i];
        if (!u->isDevice || paddr < u->paddr || paddr - u->paddr >= 1ul << u->sizeBits)
            continue;
        seL4_CPtr untyped = info->untyped.start + i;
        seL4_Word start = u->paddr;
        for (seL4_Word bits = u->sizeBits; bits > seL4_PageBits; bits--) {
            seL4_CPtr halves = new_slots(2);
            CHECK_OK(seL4_Untyped_Retype(untyped, seL4_UntypedObject, bits - 1, ROOT, 0, 0, halves, 2));
            seL4_Word middle = start + (1ul << (bits - 1));
            untyped = paddr < middle ? halves : halves + 1;
            start = paddr < middle ? start : middle;
        }
        seL4_CPtr frame = new_slot();
        CHECK_OK(seL4_Untyped_Retype(untyped, ARCH_PAGE, 0, ROOT, 0, 0, frame, 1));
        CHECK(seL4_ARM_Page_GetAddress(frame).paddr == paddr);
        return frame;
    }
    arch_end_machine(1); // there is no line to say it on
    return seL4_CapNull;
}

void arch_console_init(void)
{
    seL4_CPtr frame = device_frame(PL011);
    seL4_Word vaddr = new_addresses(PAGE_SIZE);
    while (seL4_ARM_Page_Map(frame, VSPACE, vaddr, seL4_ReadWrite, seL4_ARM_ExecuteNever) == seL4_FailedLookup)
        seL4_ARM_PageTable_Map(make(seL4_ARM_PageTableObject, 0), VSPACE, vaddr, ARCH_DEFAULT);
    registers = vaddr;
}

void arch_put_char(char c)
{
    while (*reg(FLAGS) & TRANSMIT_FULL)
        ;
    *reg(DATA) = (seL4_Uint8)c;
}

void arch_end_machine(seL4_Word status)
{
    seL4_ARM_SMCContext call = {.x0 = PSCI_SYSTEM_OFF, .x1 = status}, result;
    seL4_ARM_SMC_Call(seL4_CapSMC, &call, &result);
}

seL4_Error arch_get_serial_irq(seL4_CPtr slot)
{
    return seL4_IRQControl_GetTrigger(seL4_CapIRQControl, SERIAL_INTID, 0, ROOT, slot, DEPTH);
}

void arch_raise_serial_irq(void)
{
    *reg(INTERRUPT_MASK) = TRANSMIT_INTERRUPT;
    arch_put_char('\n'); // the FIFO becoming empty again is the cause
}

void arch_quiet_serial_irq(void)
{
    *reg(INTERRUPT_MASK) = 0;
    *reg(INTERRUPT_CLEAR) = TRANSMIT_INTERRUPT;
}

// Firmware calls, by a capability for one function only.
void arch_check(void)
{
    seL4_ARM_SMCContext call = {.x0 = PSCI_VERSION}, result = {0};
    CHECK_OK(seL4_ARM_SMC_Call(seL4_CapSMC, &call, &result));
    CHECK(result.x0 >> 16 != 0); // major version
    seL4_CPtr version_only = badged(seL4_CapSMC, PSCI_VERSION);
    CHECK_OK(seL4_ARM_SMC_Call(version_only, &call, &result));
    call.x0 = PSCI_SYSTEM_OFF;
    CHECK(seL4_ARM_SMC_Call(version_only, &call, &result) == seL4_IllegalOperation);
}
