// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Pid 1: the only process that is not forked.

struct mount;

// Starts /sbin/init with ROOT as root directory. Panics if it can't be started.
void spawn_init(struct mount *root);
