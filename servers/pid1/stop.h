// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The orderly end of the machine: HOW is a LX_REBOOT_CMD_*. stop_machine ends all processes first, stop_at_once only syncs.
_Noreturn void stop_machine(unsigned how);
_Noreturn void stop_at_once(unsigned how);
