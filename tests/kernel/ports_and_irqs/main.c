// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// x86_64: I/O port and interrupt capabilities, tried on the PC's clock chip (MC146818 behind ports 0x70 and 0x71), whose
// periodic interrupt is edge-triggered on GSI 8 and stays silent until its register C is read.

#include <stdbool.h>

#include <kn/stubs.h>
#include <kn/syscalls.h>

#include <trona/main.h>

#define CLOCK_INDEX 0x70
#define CLOCK_DATA 0x71
#define CLOCK_IRQ 8
#define REGISTER_A 0x0a
#define REGISTER_B 0x0b
#define REGISTER_C 0x0c
#define RATE_1024_HZ 0x26
#define PERIODIC_INTERRUPT 0x42 // and 24 hours
#define BADGE 0x10
#define DEPTH 64

static kn_cptr_t port, notification, badged, handler, spare;

static void print(const char *s)
{
    for (; *s; s++)
        kn_sys_debug_put_char((kn_word_t)*s);
}

static void check(bool ok, const char *what)
{
    if (ok)
        return;
    print("ports_and_irqs: failed: ");
    print(what);
    print("\n");
    kn_sys_debug_exit(1);
}

static void make_slots_and_notification(const struct kn_boot_info *info)
{
    const struct kn_untyped_desc *u = (const struct kn_untyped_desc *)(info + 1);
    kn_word_t nr = info->untyped.end - info->untyped.start, i = 0;
    while (i < nr && (u[i].is_device || u[i].used || u[i].size_bits < KN_NOTIFICATION_BITS))
        i++;
    check(i < nr, "there is a free untyped");
    port = info->empty.start;
    notification = port + 1;
    badged = port + 2;
    handler = port + 3;
    spare = port + 4;
    check(kn_untyped_retype(info->untyped.start + i, KN_OBJECT_TYPE_NOTIFICATION, 0, 0, 0, notification, 1,
                            KN_INIT_CAP_CNODE) == 0,
          "a notification is made");
    check(kn_cnode_mint(KN_INIT_CAP_CNODE, badged, DEPTH, notification, DEPTH, KN_RIGHTS_ALL, BADGE,
                        KN_INIT_CAP_CNODE) == 0,
          "it gets a badge");
}

static kn_error_t issue(kn_word_t first, kn_word_t last, kn_cptr_t slot)
{
    return kn_io_port_control_issue(KN_INIT_CAP_IO_PORT_CONTROL, first, last, slot, DEPTH, KN_INIT_CAP_CNODE);
}

static void test_ports(void)
{
    kn_word_t value;
    check(issue(CLOCK_DATA, CLOCK_INDEX, port) == KN_ERROR_INVALID_ARGUMENT, "a range is not empty");
    check(issue(0x21, 0x22, port) == KN_ERROR_INVALID_ARGUMENT, "the kernel's ports are not issued");
    check(issue(CLOCK_INDEX, CLOCK_DATA, port) == 0, "free ports are issued");
    check(issue(0, CLOCK_INDEX, spare) == KN_ERROR_INVALID_ARGUMENT, "not even when only a part is the kernel's");
    check(issue(CLOCK_DATA, 0x9f, spare) == KN_ERROR_REVOKE_FIRST, "no port is issued twice");
    check(issue(0x60, 0x60, port) == KN_ERROR_DELETE_FIRST, "the slot is to be empty");
    check(kn_io_port_in8(port, CLOCK_DATA + 1, &value) == KN_ERROR_ILLEGAL_OPERATION, "behind the range");
    check(kn_io_port_in16(port, CLOCK_DATA, &value) == KN_ERROR_ILLEGAL_OPERATION, "half behind the range");
    check(kn_io_port_in8(port, ~(kn_word_t)0, &value) == KN_ERROR_ILLEGAL_OPERATION, "far behind the range");
    check(kn_cnode_delete(KN_INIT_CAP_CNODE, port, DEPTH) == 0, "ports are given back");
    check(issue(CLOCK_INDEX, CLOCK_DATA, port) == 0, "and issued again");
}

static kn_word_t read_clock(kn_word_t index)
{
    kn_word_t value;
    check(kn_io_port_out8(port, CLOCK_INDEX, index) == 0, "select a clock register");
    check(kn_io_port_in8(port, CLOCK_DATA, &value) == 0, "read a clock register");
    return value;
}

static void write_clock(kn_word_t index, kn_word_t value)
{
    check(kn_io_port_out8(port, CLOCK_INDEX, index) == 0, "select a clock register");
    check(kn_io_port_out8(port, CLOCK_DATA, value) == 0, "write a clock register");
}

static kn_error_t get(kn_word_t irq, kn_word_t trigger, kn_cptr_t slot)
{
    return kn_irq_control_get(KN_INIT_CAP_IRQ_CONTROL, irq, trigger, slot, DEPTH, KN_INIT_CAP_CNODE);
}

static kn_word_t poll(void)
{
    struct kn_msg msg;
    kn_nb_wait(notification, &msg);
    return msg.badge;
}

static void wait_for_edge(void)
{
    struct kn_msg msg;
    kn_wait(notification, &msg);
    check(msg.badge == BADGE, "an interrupt signals with the badge");
}

static void wait_two_periods(void)
{
    for (int seen = 0; seen < 2;)
        seen += read_clock(REGISTER_C) != 0;
}

static void test_interrupts(void)
{
    check(get(100000, 0, handler) == KN_ERROR_RANGE_ERROR, "an interrupt that does not exist");
    check(get(CLOCK_IRQ, 0xf0, handler) == KN_ERROR_INVALID_ARGUMENT, "a trigger that does not exist");
    check(get(CLOCK_IRQ, 0, handler) == 0, "a handler is made");
    check(get(CLOCK_IRQ, 0, spare) == KN_ERROR_REVOKE_FIRST, "only one");
    check(kn_irq_handler_set_notification(handler, badged) == 0, "the notification is set");
    write_clock(REGISTER_A, RATE_1024_HZ);
    write_clock(REGISTER_B, PERIODIC_INTERRUPT);
    for (int i = 0; i < 3; i++) {
        wait_for_edge();
        check(kn_irq_handler_ack(handler) == 0, "Ack");
        read_clock(REGISTER_C);
    }
    wait_for_edge();
    wait_two_periods();
    check(poll() == 0, "no second signal before Ack");
    check(kn_irq_handler_ack(handler) == 0, "Ack");
    check(poll() == BADGE, "an edge before Ack is not lost");
    check(kn_irq_handler_clear(handler) == 0, "Clear");
    check(kn_irq_handler_ack(handler) == 0, "Ack");
    wait_two_periods();
    check(poll() == 0, "after Clear nobody is signalled");
    check(kn_cnode_delete(KN_INIT_CAP_CNODE, handler, DEPTH) == 0, "the handler is deleted");
    check(get(CLOCK_IRQ, 0, handler) == 0, "and made again");
}

void trona_main(void *start)
{
    make_slots_and_notification(start);
    test_ports();
    test_interrupts();
    print("ports_and_irqs: passed\n");
    kn_sys_debug_exit(0);
    __builtin_trap();
}
