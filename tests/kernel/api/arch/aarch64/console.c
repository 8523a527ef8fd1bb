// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The PL011, polled, and PSCI's SYSTEM_OFF, whose first argument the kernel takes as the status.

#include "console.h"

#include "env.h"

#define PL011 0x9000000ul
#define PL011_VADDR 0x5fe000ul // in the part of the address space for which the image already has tables
#define DATA 0x00
#define FLAGS 0x18
#define INTERRUPT_MASK 0x38
#define INTERRUPT_CLEAR 0x44
#define TRANSMIT_FULL 0x20
#define TRANSMIT_INTERRUPT 0x20
#define SYSTEM_OFF 0x84000008

const kn_word_t serial_irq = 33, serial_irq_trigger = KN_IRQ_TRIGGER_LEVEL;

static volatile unsigned int *reg(kn_word_t offset) { return (volatile unsigned int *)(PL011_VADDR + offset); }

void serial_init(void)
{
    kn_cptr_t frame = env_slot();
    CHECK_OK(retype(device_untyped(PL011), KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, frame, 1));
    CHECK_OK(kn_frame_map(frame, PL011_VADDR, READ_WRITE, KN_VM_ATTR_UNCACHED | KN_VM_ATTR_EXECUTE_NEVER,
                          KN_INIT_CAP_VSPACE));
}

void serial_put(char c)
{
    while (*reg(FLAGS) & TRANSMIT_FULL)
        ;
    *reg(DATA) = (unsigned char)c;
}

void serial_end_machine(kn_word_t status)
{
    kn_smc_call(KN_INIT_CAP_SMC, SYSTEM_OFF, status, 0, 0, NULL, NULL, NULL, NULL);
}

void serial_raise_irq(void)
{
    *reg(INTERRUPT_MASK) = TRANSMIT_INTERRUPT;
    serial_put('\n'); // the FIFO becoming empty again is the cause
}

void serial_quiet_irq(void)
{
    *reg(INTERRUPT_MASK) = 0;
    *reg(INTERRUPT_CLEAR) = TRANSMIT_INTERRUPT;
}
