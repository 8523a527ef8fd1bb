// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The end of the machine, orderly or not.

#include <stdbool.h>

#include <kn/abi.h>

// Writes "kernite: " and the sentence to the console (polled: the driver is dead or does not matter any more) and to
// the log, and ends the machine with the failure status.
_Noreturn void init_die(const char *format, ...) __attribute__((format(printf, 1, 2)));
// Ends the machine on request. RESTART: reset instead of power-off.
_Noreturn void init_stop(bool restart);
