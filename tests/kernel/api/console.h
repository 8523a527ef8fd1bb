// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Where the results go: to the log by debug system calls, and from release kernels, which have none, to the serial line.
// arch/<arch>/console.c has the serial line itself, and its interrupt, on which irq_handler.c tries the real thing.

#include <kn/abi.h>

void console_init(void);
void console_print(const char *s);
void console_print_number(kn_word_t v, kn_word_t base);
// ": file:line: what" and the end of the line: where a check has failed.
void console_print_location(const char *file, int line, const char *what);
// Says so and ends the machine: a failure that nothing can go on after.
_Noreturn void console_fail(const char *file, int line, const char *what);
// Ends the machine: 0 is success, see docs/exit-codes.md.
_Noreturn void console_exit(kn_word_t status);

void serial_init(void);
void serial_put(char c);
void serial_end_machine(kn_word_t status);
// The serial line's interrupt: makes it come, and takes the cause away.
extern const kn_word_t serial_irq, serial_irq_trigger;
void serial_raise_irq(void);
void serial_quiet_irq(void);
