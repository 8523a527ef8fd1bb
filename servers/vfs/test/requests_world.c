// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The world below: kernel calls succeed and do nothing, windows are memory, the terminal's device swallows everything.

#include "requests_world.h"

#include <kn/stubs.h>
#include <lx/abi.h>

#include "console.h"
#include "port.h"
#include "trona/log.h"
#include "trona/slots.h"

static struct kn_ipc_buffer ipc_buffer;
struct kn_ipc_buffer *kn_ipc_buffer(void) { return &ipc_buffer; }
void kn_host_syscall(struct kn_syscall_frame *frame) { frame->info = 0; }
kn_cptr_t trona_slot_alloc(void) { return 100; }
void trona_slot_free(kn_cptr_t slot) { (void)slot; }
void trona_log(const char *format, ...) { (void)format; }
void port_signal(kn_cptr_t signal) { (void)signal; }
long port_kill(uint64_t kind, int64_t id, unsigned signal)
{
    (void)kind, (void)id, (void)signal;
    return 0;
}
void port_exits_done(uint64_t count) { (void)count; }

unsigned char windows[NR_CLIENTS * NR_THREADS][KN_LAYOUT_WINDOW_SIZE];
uint64_t random_state;

uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

unsigned below(unsigned n) { return (unsigned)(next_random() >> 20) % n; }

long port_window_map(uint64_t as, unsigned thread, void **window)
{
    if (thread >= NR_THREADS || below(50) == 0)
        return -LX_ENOMEM;
    *window = windows[as % NR_CLIENTS * NR_THREADS + thread];
    return 0;
}

long port_as_map(uint64_t as, const struct port_mapping *m, uint64_t *addr)
{
    (void)as, (void)m;
    *addr = 0x1000;
    return below(2) ? 0 : -LX_ENOMEM;
}

long port_as_region(uint64_t as, uint64_t index, struct port_region *region)
{
    (void)as;
    *region = (struct port_region){.start = index << 12, .end = (index + 1) << 12, .object = next_random() % 3};
    return index < 3 ? 0 : -LX_ENOENT;
}

long port_exec(uint64_t serial, unsigned thread)
{
    (void)serial, (void)thread;
    return below(2) ? 0 : -LX_ENOMEM;
}

static struct kn_layout_exec_plan exec_window;
struct kn_layout_exec_plan *port_exec_window(void) { return &exec_window; }

struct tty terminal;
static size_t room(struct tty *t)
{
    (void)t;
    return below(100);
}
static void put(struct tty *t, const unsigned char *bytes, size_t n) { (void)t, (void)bytes, (void)n; }
static void kick(struct tty *t) { (void)t; }
static size_t unsent(struct tty *t)
{
    (void)t;
    return below(3);
}
static bool await_room(struct tty *t)
{
    (void)t;
    return false;
}
static void resume_input(struct tty *t) { (void)t; }
const struct tty_device console_device = {room, put, kick, unsent, await_room, resume_input};
struct tty *console_tty(void) { return &terminal; }
