// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// I/O ports: the debug-exit and power-management ports of the board, and the 16550 UART of the console. The console's
// ports belong to the uart driver, so init makes a copy of that capability before it gives it away (wire.c).

#include "power.h"

#include <kn/stubs.h>

#include "objects.h"
#include "ports.h"
#include "system.h"

#define UART_LSR 5
#define UART_LSR_THRE 0x20

static kn_cptr_t console_port;

static kn_cptr_t port_of(const struct system_power *way)
{
    return port_capability(way->port, way->port + way->width / 8 - 1);
}

// All capabilities are had now: the end of the machine must not fail for want of one.
void power_init(void)
{
    console_port = port_capability(system_console, system_console + 7);
    for (unsigned i = 0; i < nr_system_poweroff; i++)
        port_of(&system_poweroff[i]);
    for (unsigned i = 0; i < nr_system_restart; i++)
        port_of(&system_restart[i]);
    for (unsigned i = 0; i < nr_system_failure; i++)
        port_of(&system_failure[i]);
}

void power_try(const struct system_power *way)
{
    kn_cptr_t port = port_of(way);
    if (way->width == 8)
        kn_io_port_out8(port, way->port, way->value);
    else
        kn_io_port_out16(port, way->port, way->value);
}

void console_write(const char *text)
{
    for (; *text && console_port; text++) {
        kn_word_t status = 0;
        for (int tries = 0; tries < 100000 && !(status & UART_LSR_THRE); tries++)
            kn_io_port_in8(console_port, system_console + UART_LSR, &status);
        kn_io_port_out8(console_port, system_console, (kn_word_t)(unsigned char)*text);
    }
}
