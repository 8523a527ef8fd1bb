// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// vfs: start and loop. It brings up its parts from the bottom (resources, devices, the root file system out of the archive,
// the mounts), starts pid 1 and serves.

#include <kn/proto/vfs_server.h>
#include <lx/abi.h>

#include "archive.h"
#include "client.h"
#include "device.h"
#include "filesystem.h"
#include "inode.h"
#include "log_reader.h"
#include "memory_devices.h"
#include "mount.h"
#include "path.h"
#include "port.h"
#include "random.h"
#include "reap.h"
#include "session.h"
#include "spawn.h"
#include "streams.h"
#include "tmpfs.h"
#include "trona/log.h"
#include "trona/main.h"
#include "trona/server.h"
#include "trona/startup.h"
#include "trona/string.h"

// Badge bits of the own notification, as the boards' system descriptions give them.
#define SIGNAL_UART 1
#define SIGNAL_PROC 2

static void require(long status, const char *what)
{
    if (status)
        trona_panic("%s fails (error %ld)", what, -status);
}

// Mounts a file system of TYPE on the directory NAME of the root, which is made if it is not there.
static void mount_on(struct mount *root, const char *name, const char *type_name, const char *options, uint32_t flags)
{
    const struct tmpfs_spec spec = {.mode = LX_S_IFDIR | 0755};
    struct inode *top = root->root;
    struct entry *entry;
    if (top->ops->lookup(top, NULL, name, strlen(name), &entry))
        require(tmpfs_make(top, name, strlen(name), &spec, &entry), "making a mount point");
    const struct filesystem_type *type = filesystem_find_type(type_name);
    struct filesystem *fs;
    require(type->create(options, &fs), type_name);
    const struct path point = {root, entry->inode};
    require(mount_attach(fs, fs->root, &point, flags, type_name, NULL), "mounting");
    entry_put(entry);
}

static struct mount *make_name_space(void)
{
    struct filesystem *fs;
    struct mount *root;
    require(tmpfs_create(&tmpfs_type, 0755, 0, &fs), "making the root file system");
    archive_unpack(fs);
    require(mount_attach(fs, fs->root, NULL, 0, "root", &root), "mounting the root");
    mount_on(root, "dev", "devtmpfs", "", LX_MS_NOSUID);
    mount_on(root, "proc", "proc", "", LX_MS_NOSUID | LX_MS_NODEV | LX_MS_NOEXEC);
    mount_on(root, "sys", "sysfs", "", LX_MS_NOSUID | LX_MS_NODEV | LX_MS_NOEXEC);
    mount_on(root, "tmp", "tmpfs", "", LX_MS_NOSUID | LX_MS_NODEV);
    return root;
}

static long on_message(const struct kn_server_msg *in, struct kn_server_msg *out)
{
    struct vfs_session session = {client_find(in->badge)};
    if (!session.client)
        return -LX_ESRCH;
    return kn_vfs_dispatch(&session, in, out);
}

static void on_signal(kn_word_t bits)
{
    if (bits & SIGNAL_PROC)
        reap_clients();
    if (bits & SIGNAL_UART)
        console_on_signal();
}

void trona_main(void *start)
{
    static const struct trona_server server = {on_message, on_signal};
    trona_startup(start, "vfs");
    port_init();
    log_reader_init();
    random_init();
    memory_devices_register();
    tty_register_devices();
    console_init();
    struct mount *root = make_name_space();
    spawn_init(root);
    trona_server_run(&server);
}
