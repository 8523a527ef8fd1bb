// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Firmware calls through the SMC capability, and the PL011 UART of the console, whose frame init maps for itself too.

#include "power.h"

#include <stdint.h>

#include <kn/stubs.h>

#include "devices.h"
#include "objects.h"
#include "system.h"

#define CONSOLE_VADDR 0x7100000000
#define UART_DR 0
#define UART_FR 0x18
#define UART_FR_TXFF 0x20

static volatile uint32_t *uart;

void power_init(void)
{
    map_frames(KN_INIT_CAP_VSPACE, cap_copy(device_frame(system_console)), 1, CONSOLE_VADDR,
               KN_RIGHTS_READ | KN_RIGHTS_WRITE, KN_VM_ATTR_UNCACHED | KN_VM_ATTR_EXECUTE_NEVER);
    uart = (volatile uint32_t *)CONSOLE_VADDR;
}

void power_try(const struct system_power *way)
{
    kn_smc_call(KN_INIT_CAP_SMC, way->port, way->value, 0, 0, NULL, NULL, NULL, NULL);
}

void console_write(const char *text)
{
    for (; *text && uart; text++) {
        for (int tries = 0; tries < 100000 && uart[UART_FR / 4] & UART_FR_TXFF; tries++)
            __asm__ volatile("yield");
        uart[UART_DR / 4] = (unsigned char)*text;
    }
}
