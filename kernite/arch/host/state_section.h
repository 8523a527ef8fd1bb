// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Included ahead of every kernel file on the host: its variables go to two sections whose ends the linker names, so
// that the kernel's state can be saved, restored and compared (state.c).

#pragma clang section bss = "kernite_bss" data = "kernite_data"
