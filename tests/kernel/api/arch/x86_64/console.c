// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// COM1 (16550A), polled, and the emulator's exit port.

#include "console.h"

#include "env.h"

#define COM1 0x3f8
#define INTERRUPT_ENABLE (COM1 + 1)
#define INTERRUPT_IDENTIFICATION (COM1 + 2)
#define MODEM_CONTROL (COM1 + 4)
#define LINE_STATUS (COM1 + 5)
#define TRANSMITTER_EMPTY 0x20
#define INTERRUPT_ON_EMPTY 0x2
#define OUT2_RTS_DTR 0xb // OUT2 lets interrupts through
#define EXIT_PORT 0xf4
#define EXIT_BASE 0x10

static kn_cptr_t com1, exit_port;

const kn_word_t serial_irq = 4, serial_irq_trigger = 0;

static kn_cptr_t issue(kn_word_t first, kn_word_t last)
{
    kn_cptr_t slot = env_slot();
    CHECK_OK(kn_io_port_control_issue(KN_INIT_CAP_IO_PORT_CONTROL, first, last, slot, DEPTH, ROOT));
    return slot;
}

void serial_init(void)
{
    com1 = issue(COM1, COM1 + 7);
    exit_port = issue(EXIT_PORT, EXIT_PORT);
}

void serial_put(char c)
{
    kn_word_t status;
    do {
        CHECK_OK(kn_io_port_in8(com1, LINE_STATUS, &status));
    } while (!(status & TRANSMITTER_EMPTY));
    CHECK_OK(kn_io_port_out8(com1, COM1, (unsigned char)c));
}

void serial_end_machine(kn_word_t status) { kn_io_port_out8(exit_port, EXIT_PORT, EXIT_BASE + status); }

void serial_raise_irq(void)
{
    CHECK_OK(kn_io_port_out8(com1, MODEM_CONTROL, OUT2_RTS_DTR));
    CHECK_OK(kn_io_port_out8(com1, INTERRUPT_ENABLE, INTERRUPT_ON_EMPTY)); // it is empty
}

void serial_quiet_irq(void)
{
    kn_word_t cause;
    CHECK_OK(kn_io_port_out8(com1, INTERRUPT_ENABLE, 0));
    CHECK_OK(kn_io_port_in8(com1, INTERRUPT_IDENTIFICATION, &cause));
}
