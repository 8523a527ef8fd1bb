// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

struct options;

// mode=exec: runs COMMAND and sends what it writes, and its status, as packets over the console.
_Noreturn void agent_run(const struct options *options, const char *command);
