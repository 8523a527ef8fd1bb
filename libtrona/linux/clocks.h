// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "layer.h"

// The time of one of Linux's clocks in ns; -LX_EINVAL.
long clock_now(word_t clock, word_t *ns);
