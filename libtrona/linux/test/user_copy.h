// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Memory of the program in tests; its last page is not mapped.

#define USER_AREA_BYTES 0x8000
extern char user_area[USER_AREA_BYTES];
#define UNMAPPED (user_area + USER_AREA_BYTES - 4096)
