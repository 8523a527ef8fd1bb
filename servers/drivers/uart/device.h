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
// Hands over as many of N bytes as the device takes now; 0: it is full.
size_t device_send(const unsigned char *data, size_t n);
// Which events interrupt: a byte has come (or is there), and: there is room to send (or there has been since
// device_send returned 0).
void device_listen(bool receive, bool send);
// After an interrupt: whether the device still asserts it, so that a new one could not be told from it.
bool device_is_pending(void);
