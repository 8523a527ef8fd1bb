// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The boot archive, as far as the kernel reads it: docs/boot-archive.md.

#include "core/types.h"

// Finds the regular file NAME in the SIZE bytes at ARCHIVE; *DATA and *DATA_SIZE describe it. NULL, or the sentence that
// says what is wrong with the archive (an absent file included).
const char *boot_cpio_find(const char *archive, word_t size, const char *name, const char **data, word_t *data_size);
