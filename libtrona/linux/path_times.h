// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Shared by utimensat and its predecessors.

#include "layer.h"

// Sets access and modification time of PATH (a user address; 0: of descriptor DIRFD itself), with UTIME_NOW and UTIME_OMIT.
long set_path_times(struct thread *t, word_t dirfd, word_t path, const struct lx_timespec times[2], word_t flags);
