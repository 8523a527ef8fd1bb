// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Input: CONSOLE_IN is emptied into the terminal whenever the driver says that there is something. What the terminal has
// no room for stays in the ring, and when that is full the driver leaves it in the device. Output: the terminal puts bytes
// into CONSOLE_OUT; the driver takes them out when they have been sent.
//
// C1: the ring of input is empty and the driver will signal, or the terminal will call resume_input.

#include "console.h"

#include <kn/syscalls.h>

#include "port.h"
#include "streams.h"
#include "trona/ring.h"
#include "trona/startup.h"
#include "tty.h"

static struct tty tty;
static struct ring input, output; // we consume the one and produce the other
static kn_cptr_t uart_signal;
static bool is_pumping; // the terminal may call resume_input while it is given input

struct tty *console_tty(void) { return &tty; }

static void attach(struct ring *ring, kn_word_t id)
{
    const struct kn_layout_resource *r = trona_resource(KN_LAYOUT_RESOURCE_SHARED, id);
    ring_attach(ring, (void *)r->vaddr, r->size, false);
}

void console_init(void)
{
    attach(&input, KN_LAYOUT_SHARED_MEMORY_CONSOLE_IN);
    attach(&output, KN_LAYOUT_SHARED_MEMORY_CONSOLE_OUT);
    uart_signal = trona_resource(KN_LAYOUT_RESOURCE_SIGNAL, KN_LAYOUT_SERVICE_UART)->slot;
    console_on_signal();
}

static void pump_input(struct tty *t)
{
    if (is_pumping)
        return;
    is_pumping = true;
    bool have_consumed = false;
    for (;;) {
        const unsigned char *bytes;
        size_t n = ring_peek(&input, &bytes);
        if (!n && !ring_consumer_prepare_sleep(&input))
            break;
        size_t taken = n ? tty_input(t, bytes, n) : 0;
        ring_consume(&input, taken);
        have_consumed |= taken != 0;
        if (taken < n)
            break;
    }
    if (have_consumed && ring_producer_wants_signal(&input))
        kn_signal(uart_signal);
    is_pumping = false;
}

void console_on_signal(void)
{
    tty_on_room(&tty); // resumes input, too
}

static size_t room(struct tty *t)
{
    (void)t;
    return ring_writable(&output);
}

static void put(struct tty *t, const unsigned char *bytes, size_t n)
{
    (void)t;
    ring_write(&output, bytes, n);
}

static void kick(struct tty *t)
{
    (void)t;
    if (ring_consumer_wants_signal(&output))
        kn_signal(uart_signal);
}

static size_t unsent(struct tty *t)
{
    (void)t;
    return output.capacity - ring_writable(&output);
}

static bool await_room(struct tty *t)
{
    (void)t;
    return ring_producer_prepare_sleep(&output);
}

const struct tty_device console_device = {room, put, kick, unsent, await_room, pump_input};
