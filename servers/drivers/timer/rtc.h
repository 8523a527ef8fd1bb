// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <stdint.h>

// Finds the wall clock.
void rtc_init(void);
// Seconds since 1970 UTC to *SECONDS. 0, or -LX_EIO: the clock gives no consistent time.
long rtc_read(uint64_t *seconds);
