// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Character devices: which number is opened how. devfs.c has the table; terminals and memory devices fill it in.

#include <stdint.h>

struct file;
struct io;

static inline uint64_t device_number(uint32_t major, uint32_t minor)
{
    return (uint64_t)(minor & 0xff) | (uint64_t)(major & 0xfff) << 8 | (uint64_t)(minor & ~0xffu) << 12 |
           (uint64_t)(major & ~0xfffu) << 32;
}

// Opens of device MAJOR:MINOR go to OPEN, which sets file->ops and file->object; the generic code has checked permission. At
// the start only. NAME and MODE: the node that appears in /dev.
void device_register(const char *name, uint32_t mode, uint32_t major, uint32_t minor,
                     long (*open)(struct file *file, const struct io *io));
// Opens FILE, whose inode is a device. -LX_ENXIO: no such device.
long device_open(struct file *file, const struct io *io);
