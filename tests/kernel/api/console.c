// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "console.h"

#include <kn/syscalls.h>

void console_init(void) { serial_init(); }

static void put(char c)
{
    if (CONFIG_DEBUG)
        kn_debug_put_char((kn_word_t)c);
    else
        serial_put(c);
}

void console_print(const char *s)
{
    while (*s)
        put(*s++);
}

void console_print_number(kn_word_t v, kn_word_t base)
{
    if (v >= base)
        console_print_number(v / base, base);
    put("0123456789abcdef"[v % base]);
}

void console_print_location(const char *file, int line, const char *what)
{
    console_print(": ");
    console_print(file);
    console_print(":");
    console_print_number((kn_word_t)line, 10);
    console_print(": ");
    console_print(what);
    console_print("\n");
}

void console_fail(const char *file, int line, const char *what)
{
    console_print("FAIL");
    console_print_location(file, line, what);
    console_exit(1);
}

void console_exit(kn_word_t status)
{
    if (CONFIG_DEBUG)
        kn_debug_exit(status);
    serial_end_machine(status == 0 ? 0 : 16 + status); // as DebugExit does
    for (;;)
        ;
}
