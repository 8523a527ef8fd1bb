// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The serial device: one of it, set up for 8 data bits, no parity, FIFOs on. Nothing here waits.

#include <stdbool.h>
#include <stddef.h>

// Finds the device among the resources and sets it up; all its interrupts are off.
void device_init(void);
// Takes one received byte; false if there is none.
bool device_receive(unsigned char *byte);
// Whether the device has sent what it was given.
bool device_has_sent(void);
// Hands over some of N bytes (n > 0), after device_has_sent; at least one.
size_t device_send(const unsigned char *data, size_t n);
// Which events interrupt: a byte has come (or is there), and: device_has_sent has become true (or is).
void device_listen(bool receive, bool send);
// After an interrupt: whether the device still asserts it, so that a new one could not be told from it.
bool device_is_pending(void);
