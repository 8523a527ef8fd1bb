// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Reader of the boot archive: cpio "newc" with file data on page boundaries, see docs/boot-archive.md. Bounds-checked:
// a corrupt archive yields a sentence, never a wild read.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cpio_entry {
    const char *name;      // NUL-terminated, in the archive
    size_t name_length;    // up to the first NUL
    uint32_t mode, uid, gid, nlink, mtime, ino, rdev_major, rdev_minor;
    size_t data_offset;    // from the start of the archive
    size_t size;           // bytes of data
};

struct cpio_reader {
    const char *archive;
    size_t size;
    size_t position;       // of the next header
    const char *error;     // what is wrong, when cpio_next returns false before the trailer; else NULL
};

void cpio_open(struct cpio_reader *reader, const void *archive, size_t size);
// The next entry; false at the trailer or on an error.
bool cpio_next(struct cpio_reader *reader, struct cpio_entry *entry);
// The entry of that name; false if there is none or the archive is corrupt (error set).
bool cpio_find(const void *archive, size_t size, const char *name, struct cpio_entry *entry, const char **error);
