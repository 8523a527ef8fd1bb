// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The serial driver's two pumps.
//
// U1: whenever the driver sleeps: CONSOLE_OUT is empty and vfs will signal more output, or the device's send interrupt is
//     on; the device has no byte and its receive interrupt is on, or CONSOLE_IN is full and vfs will signal room.
// U2: bytes leave CONSOLE_OUT when the device has sent them: an empty ring means that everything is out.
// U3: an interrupt is acknowledged only when the device asserts none, so the next one is a new edge.

#include <stdbool.h>

#include <kn/stubs.h>
#include <lx/abi.h>

#include "device.h"
#include "trona/main.h"
#include "trona/ring.h"
#include "trona/server.h"
#include "trona/startup.h"

static struct ring input, output; // we produce the one and consume the other
static kn_cptr_t vfs_signal, irq_handler;
static kn_word_t irq_bit;
static size_t in_flight; // bytes at CONSOLE_OUT's start that the device has

static void signal_vfs(void)
{
    struct kn_msg msg = {0};
    kn_send(vfs_signal, &msg);
}

// Device to CONSOLE_IN, until one of them cannot go on. Whether the device is to interrupt for more.
static bool pump_input(void)
{
    bool is_waiting_for_room = false;
    for (;;) {
        unsigned char byte;
        if (!ring_writable(&input)) {
            is_waiting_for_room = !ring_producer_prepare_sleep(&input);
            if (is_waiting_for_room)
                break;
        }
        if (!device_receive(&byte))
            break;
        ring_write(&input, &byte, 1);
    }
    if (ring_readable(&input) && ring_consumer_wants_signal(&input))
        signal_vfs();
    return !is_waiting_for_room;
}

// CONSOLE_OUT to device, until one of them cannot go on. Whether the device is to interrupt when it can take more.
static bool pump_output(void)
{
    bool have_consumed = false, is_full = false;
    for (;;) {
        is_full = !device_has_sent();
        if (is_full)
            break;
        if (in_flight) {
            ring_consume(&output, in_flight);
            in_flight = 0;
            have_consumed = true;
        }
        const unsigned char *bytes;
        size_t n = ring_peek(&output, &bytes);
        if (n)
            in_flight = device_send(bytes, n);
        else if (!ring_consumer_prepare_sleep(&output))
            break;
    }
    if (have_consumed && ring_producer_wants_signal(&output))
        signal_vfs();
    return is_full;
}

static void pump(void)
{
    do {
        bool receive = pump_input();
        bool send = pump_output();
        device_listen(receive, send);
    } while (device_is_pending());
}

static void on_signal(kn_word_t bits)
{
    pump();
    if (bits & irq_bit)
        kn_irq_handler_ack(irq_handler);
}

static long on_message(const struct kn_server_msg *in, struct kn_server_msg *out)
{
    (void)in;
    (void)out;
    return -LX_ENOSYS;
}

static void find_interrupt(void)
{
    for (const struct kn_layout_resource *r = trona_startup_page()->resources; r->kind != KN_LAYOUT_RESOURCE_END; r++) {
        if (r->kind == KN_LAYOUT_RESOURCE_IRQ) {
            irq_handler = r->slot;
            irq_bit = r->arg;
        }
    }
}

void trona_main(void *start)
{
    trona_startup(start, "uart");
    const struct kn_layout_resource *in = trona_resource(KN_LAYOUT_RESOURCE_SHARED, KN_LAYOUT_SHARED_MEMORY_CONSOLE_IN);
    const struct kn_layout_resource *out =
        trona_resource(KN_LAYOUT_RESOURCE_SHARED, KN_LAYOUT_SHARED_MEMORY_CONSOLE_OUT);
    ring_attach(&input, (void *)in->vaddr, in->size, true);
    ring_attach(&output, (void *)out->vaddr, out->size, true);
    vfs_signal = trona_resource(KN_LAYOUT_RESOURCE_SIGNAL, KN_LAYOUT_SERVICE_VFS)->slot;
    find_interrupt();
    device_init();
    pump();
    kn_irq_handler_ack(irq_handler);
    static const struct trona_server server = {on_message, on_signal};
    trona_server_run(&server);
}
