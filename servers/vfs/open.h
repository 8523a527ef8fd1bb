// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Descriptions of regular files and directories, and opening in general.

#include <stdint.h>

#include "file.h"
#include "path.h"

extern const struct file_ops regular_file_ops, directory_file_ops;

// Opens what PLACE names (path; entry may be NULL) with FLAGS, whose access the caller has checked: a new description. 0,
// or a negative errno.
long open_place(const struct place *place, unsigned flags, const struct io *io, struct file **file);
// open(2): walks TEXT from START, makes the file if asked for, checks access. 0 or a negative errno.
long open_path(struct path start, const char *text, unsigned flags, uint32_t mode, const struct io *io,
               struct file **file);
