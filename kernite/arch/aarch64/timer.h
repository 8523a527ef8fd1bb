// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Stops the calling CPU's timer and reads the clock's frequency. Panics when the firmware has left it out.
void aarch64_timer_init(void);
// The calling CPU's part alone.
void aarch64_timer_init_cpu(void);
