// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The devices that need no hardware: null, zero, full, random, urandom, kmsg.

void memory_devices_register(void);
