// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// x86_64: three kinds of page tables, a 16550 on I/O ports, the I/O APIC, the emulator's exit port.

#include "root.h"

#define COM1 0x3f8
#define INTERRUPT_ENABLE (COM1 + 1)
#define INTERRUPT_IDENTIFICATION (COM1 + 2)
#define MODEM_CONTROL (COM1 + 4)
#define LINE_STATUS (COM1 + 5)
#define TRANSMITTER_EMPTY 0x20
#define INTERRUPT_ON_EMPTY 0x2
#define OUT2_RTS_DTR 0xb
#define SERIAL_GSI 4
#define EXIT_PORT 0xf4
#define EXIT_BASE 0x10

static seL4_X86_IOPort com1, exit_port;

seL4_Word arch_table_type(seL4_Word lacking_bits)
{
    switch (lacking_bits) {
    case SEL4_MAPPING_LOOKUP_NO_PT: return seL4_X86_PageTableObject;
    case SEL4_MAPPING_LOOKUP_NO_PD: return seL4_X86_PageDirectoryObject;
    default: return seL4_X86_PDPTObject;
    }
}

seL4_Error arch_map_table(seL4_Word lacking_bits, seL4_CPtr table, seL4_CPtr vspace, seL4_Word vaddr)
{
    switch (lacking_bits) {
    case SEL4_MAPPING_LOOKUP_NO_PT: return seL4_X86_PageTable_Map(table, vspace, vaddr, ARCH_DEFAULT);
    case SEL4_MAPPING_LOOKUP_NO_PD: return seL4_X86_PageDirectory_Map(table, vspace, vaddr, ARCH_DEFAULT);
    default: return seL4_X86_PDPT_Map(table, vspace, vaddr, ARCH_DEFAULT);
    }
}

static seL4_X86_IOPort issue(seL4_Word first, seL4_Word last)
{
    seL4_CPtr slot = new_slot();
    CHECK_OK(seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, first, last, ROOT, slot, DEPTH));
    return slot;
}

void arch_console_init(void)
{
    com1 = issue(COM1, COM1 + 7);
    exit_port = issue(EXIT_PORT, EXIT_PORT);
}

void arch_put_char(char c)
{
    while (!(seL4_X86_IOPort_In8(com1, LINE_STATUS).result & TRANSMITTER_EMPTY))
        ;
    seL4_X86_IOPort_Out8(com1, COM1, (seL4_Uint8)c);
}

void arch_end_machine(seL4_Word status) { seL4_X86_IOPort_Out8(exit_port, EXIT_PORT, EXIT_BASE + status); }

seL4_Error arch_get_serial_irq(seL4_CPtr slot)
{
    return seL4_IRQControl_GetIOAPIC(seL4_CapIRQControl, ROOT, slot, DEPTH, 0, SERIAL_GSI, 0, 0, 1);
}

void arch_raise_serial_irq(void)
{
    CHECK_OK(seL4_X86_IOPort_Out8(com1, MODEM_CONTROL, OUT2_RTS_DTR));
    CHECK_OK(seL4_X86_IOPort_Out8(com1, INTERRUPT_ENABLE, INTERRUPT_ON_EMPTY)); // it is empty
}

void arch_quiet_serial_irq(void)
{
    CHECK_OK(seL4_X86_IOPort_Out8(com1, INTERRUPT_ENABLE, 0));
    CHECK(seL4_X86_IOPort_In8(com1, INTERRUPT_IDENTIFICATION).error == seL4_NoError);
}

// Ports outside of a capability, and ports that were issued already.
void arch_check(void)
{
    seL4_CPtr slot = new_slot();
    CHECK(seL4_X86_IOPort_In8(com1, COM1 + 8).error == seL4_IllegalOperation);
    CHECK(seL4_X86_IOPort_In16(com1, COM1 + 7).error == seL4_IllegalOperation);
    CHECK(seL4_X86_IOPort_In32(com1, COM1 + 5).error == seL4_IllegalOperation);
    CHECK(seL4_X86_IOPort_Out32(com1, COM1 + 5, 0) == seL4_IllegalOperation);
    CHECK(seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, COM1 + 7, COM1 + 9, ROOT, slot, DEPTH) ==
          seL4_RevokeFirst);
    CHECK_OK(seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, 0x70, 0x71, ROOT, slot, DEPTH));
    CHECK_OK(seL4_X86_IOPort_Out8(slot, 0x70, 0x0a));
    CHECK(seL4_X86_IOPort_In16(slot, 0x70).error == seL4_NoError);
    CHECK_OK(seL4_CNode_Delete(ROOT, slot, DEPTH));
}
