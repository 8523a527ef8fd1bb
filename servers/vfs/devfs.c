// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Devices by number, and /dev: a memory file system that starts with their nodes. All mounts of it show the same tree.

#include "device.h"

#include <lx/abi.h>

#include "file.h"
#include "filesystem.h"
#include "inode.h"
#include "tmpfs.h"
#include "trona/log.h"
#include "trona/string.h"

#define MAX_DEVICES 32

static struct {
    const char *name;
    uint32_t mode;
    uint64_t number;
    long (*open)(struct file *file, const struct io *io);
} devices[MAX_DEVICES];
static unsigned nr_devices;

void device_register(const char *name, uint32_t mode, uint32_t major, uint32_t minor,
                     long (*open)(struct file *file, const struct io *io))
{
    trona_assert(nr_devices < MAX_DEVICES);
    devices[nr_devices].name = name;
    devices[nr_devices].mode = mode;
    devices[nr_devices].number = device_number(major, minor);
    devices[nr_devices++].open = open;
}

long device_open(struct file *file, const struct io *io)
{
    for (unsigned i = 0; i < nr_devices; i++)
        if (devices[i].number == file->inode->rdev)
            return devices[i].open(file, io);
    return -LX_ENXIO;
}

static long add_link(struct inode *dev, const char *name, const char *target)
{
    const struct tmpfs_spec spec = {.mode = LX_S_IFLNK | 0777, .target = target, .target_length = strlen(target)};
    return tmpfs_make(dev, name, strlen(name), &spec, NULL);
}

static long fill(struct inode *dev)
{
    static const char *const links[][2] = {
        {"fd", "/proc/self/fd"},
        {"stdin", "/proc/self/fd/0"},
        {"stdout", "/proc/self/fd/1"},
        {"stderr", "/proc/self/fd/2"},
    };
    long status = 0;
    for (unsigned i = 0; status == 0 && i < nr_devices; i++) {
        const struct tmpfs_spec spec = {.mode = LX_S_IFCHR | devices[i].mode, .rdev = devices[i].number};
        status = tmpfs_make(dev, devices[i].name, strlen(devices[i].name), &spec, NULL);
    }
    for (unsigned i = 0; status == 0 && i < sizeof links / sizeof links[0]; i++)
        status = add_link(dev, links[i][0], links[i][1]);
    if (status == 0)
        status = tmpfs_make(dev, "pts", 3, &(struct tmpfs_spec){.mode = LX_S_IFDIR | 0755}, NULL);
    if (status == 0)
        status = tmpfs_make(dev, "shm", 3, &(struct tmpfs_spec){.mode = LX_S_IFDIR | 01777}, NULL);
    return status;
}

static struct filesystem *the_devtmpfs;

static long devtmpfs_mount(const char *options, struct filesystem **fs)
{
    (void)options; // mode and size are those of the one instance, as in Linux
    if (!the_devtmpfs) {
        struct filesystem *new;
        long status = tmpfs_create(&devtmpfs_type, 0755, 0, &new);
        if (status == 0 && (status = fill(new->root))) {
            tmpfs_destroy(new);
            return status;
        }
        if (status)
            return status;
        the_devtmpfs = new; // the first reference stays: it never ends
    }
    the_devtmpfs->refs++;
    *fs = the_devtmpfs;
    return 0;
}

const struct filesystem_type devtmpfs_type = {"devtmpfs", LX_TMPFS_MAGIC, true, devtmpfs_mount, tmpfs_destroy};
