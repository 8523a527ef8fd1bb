// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// From vfs's structures to Linux's. No messages: also built for the host's tests.

#include <kn/proto/vfs.h>
#include <lx/abi.h>

void stat_convert(const struct kn_vfs_stat *from, struct lx_stat *to);
void statx_convert(const struct kn_vfs_stat *from, struct lx_statx *to);
void statfs_convert(const struct kn_vfs_statfs *from, struct lx_statfs *to);
