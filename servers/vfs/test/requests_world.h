// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What the random requests meet below vfs, and chance.

#include <stdint.h>

#include <kn/proto/layout.h>

#include "tty.h"

#define NR_CLIENTS 4
#define NR_THREADS 2

extern unsigned char windows[NR_CLIENTS * NR_THREADS]
                            [KN_LAYOUT_WINDOW_SIZE]; // of thread T of serial S: S % NR_CLIENTS * NR_THREADS + T
extern struct tty terminal;
extern uint64_t random_state;
uint64_t next_random(void);
// A number below N.
unsigned below(unsigned n);
