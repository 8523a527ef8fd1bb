// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Device frames, each made once: the driver and init's last words use copies of one capability.

#include <kn/abi.h>

// init's capability of the 4 KiB device frame at PADDR.
kn_cptr_t device_frame(kn_word_t paddr);
