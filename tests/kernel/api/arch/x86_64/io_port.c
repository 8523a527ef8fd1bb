// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// I/O port capabilities, and with them the PC's clock chip (MC146818 behind ports 0x70 and 0x71), whose periodic interrupt
// is edge-triggered on GSI 8 and stays silent until its register C is read.

#include "thread.h"

#define FIRST_OF_MANY 0x400 // behind the PC's own devices
#define LAST_PORT 0xffff
#define CLOCK_INDEX 0x70
#define CLOCK_DATA 0x71
#define CLOCK_IRQ 8
#define REGISTER_A 0x0a
#define REGISTER_B 0x0b
#define REGISTER_C 0x0c
#define RATE_1024_HZ 0x26
#define PERIODIC_INTERRUPT 0x42 // and 24 hours
#define NO_INTERRUPT 0x02
#define BADGE 0x10

static kn_error_t issue(kn_word_t first, kn_word_t last, kn_cptr_t slot)
{
    return kn_io_port_control_issue(KN_INIT_CAP_IO_PORT_CONTROL, first, last, slot, DEPTH, ROOT);
}

static kn_cptr_t clock_ports(void)
{
    kn_cptr_t ports = slot_new();
    CHECK_OK(issue(CLOCK_INDEX, CLOCK_DATA, ports));
    return ports;
}

static kn_word_t read_clock(kn_cptr_t ports, kn_word_t index)
{
    kn_word_t value;
    CHECK_OK(kn_io_port_out8(ports, CLOCK_INDEX, index));
    CHECK_OK(kn_io_port_in8(ports, CLOCK_DATA, &value));
    return value;
}

static void write_clock(kn_cptr_t ports, kn_word_t index, kn_word_t value)
{
    CHECK_OK(kn_io_port_out8(ports, CLOCK_INDEX, index));
    CHECK_OK(kn_io_port_out8(ports, CLOCK_DATA, value));
}

// A range must not be empty, nor touch the kernel's ports, and its slot must be empty.
TEST(io_port_issue_checks_its_arguments)
{
    CHECK_ERROR(issue(CLOCK_DATA, CLOCK_INDEX, slot_new()), INVALID_ARGUMENT);
    CHECK_ERROR(issue(0x21, 0x22, slot_new()), INVALID_ARGUMENT);
    CHECK_ERROR(issue(0, CLOCK_INDEX, slot_new()), INVALID_ARGUMENT);
    CHECK_ERROR(issue(0x60, 0x60, clock_ports()), DELETE_FIRST);
}

// No port is issued twice; with the last capability it is free again.
TEST(io_port_is_issued_once)
{
    kn_cptr_t ports = clock_ports();
    CHECK_ERROR(issue(CLOCK_DATA, 0x9f, slot_new()), REVOKE_FIRST);
    CHECK_OK(delete_cap(ports));
    CHECK_OK(issue(CLOCK_INDEX, CLOCK_DATA, ports));
}

// The largest range of ports that nobody has: issued, told from taken ones, taken back.
TEST(io_port_of_many_ports)
{
    kn_cptr_t ports = slot_new();
    CHECK_OK(issue(FIRST_OF_MANY, LAST_PORT, ports));
    CHECK_ERROR(issue(LAST_PORT, LAST_PORT, slot_new()), REVOKE_FIRST);
    CHECK_OK(delete_cap(ports));
    CHECK_OK(issue(FIRST_OF_MANY, LAST_PORT, ports));
}

// Accesses stay inside the range, with all their bytes.
TEST(io_port_access_stays_inside_the_range)
{
    kn_word_t value;
    kn_cptr_t ports = clock_ports();
    CHECK_ERROR(kn_io_port_in8(ports, CLOCK_DATA + 1, &value), ILLEGAL_OPERATION);
    CHECK_ERROR(kn_io_port_in16(ports, CLOCK_DATA, &value), ILLEGAL_OPERATION);
    CHECK_ERROR(kn_io_port_in8(ports, ~0ul, &value), ILLEGAL_OPERATION);
}

static void wait_two_periods(kn_cptr_t ports)
{
    for (int seen = 0; seen < 2;)
        seen += read_clock(ports, REGISTER_C) != 0;
}

// An edge-triggered interrupt: no second signal before Ack, no edge lost, none after Clear.
TEST(io_port_clock_interrupts_by_edges)
{
    kn_cptr_t ports = clock_ports(), handler = slot_new(), notification = make_notification();
    CHECK_ERROR(kn_irq_control_get(KN_INIT_CAP_IRQ_CONTROL, CLOCK_IRQ, 0xf0, handler, DEPTH, ROOT), INVALID_ARGUMENT);
    CHECK_OK(kn_irq_control_get(KN_INIT_CAP_IRQ_CONTROL, CLOCK_IRQ, 0, handler, DEPTH, ROOT));
    CHECK_OK(kn_irq_handler_set_notification(handler, badged(notification, BADGE)));
    write_clock(ports, REGISTER_A, RATE_1024_HZ);
    write_clock(ports, REGISTER_B, PERIODIC_INTERRUPT);
    for (int i = 0; i < 3; i++) {
        CHECK(wait(notification).badge == BADGE);
        CHECK_OK(kn_irq_handler_ack(handler));
        read_clock(ports, REGISTER_C);
    }
    CHECK(wait(notification).badge == BADGE);
    wait_two_periods(ports);
    CHECK(poll(notification).badge == 0);
    CHECK_OK(kn_irq_handler_ack(handler));
    CHECK(poll(notification).badge == BADGE);
    CHECK_OK(kn_irq_handler_clear(handler));
    CHECK_OK(kn_irq_handler_ack(handler));
    wait_two_periods(ports);
    CHECK(poll(notification).badge == 0);
    write_clock(ports, REGISTER_B, NO_INTERRUPT);
}
