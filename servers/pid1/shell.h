// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

struct options;

// mode=shell: a login shell on the console, until it ends or a signal asks for a stop.
_Noreturn void shell_run(const struct options *options);
