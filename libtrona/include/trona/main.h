// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Entry of a native program. The start code calls trona_main on a stack of 64 KiB in the program's own image, with the
// address of the startup page (server: struct kn_layout_startup) or of the boot information (root task: struct
// kn_boot_info). It must not return.
_Noreturn void trona_main(void *start);
