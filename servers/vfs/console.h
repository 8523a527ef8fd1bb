// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The serial line as a terminal's device: the rings shared with the uart driver.

struct tty;
struct tty_device;

extern const struct tty_device console_device;
struct tty *console_tty(void);
