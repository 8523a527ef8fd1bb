// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// /proc/PID: what concerns one process.

#include "client.h"
#include "content.h"
#include "filesystem.h"
#include "inode.h"
#include "mount.h"
#include "port.h"
#include "procfs.h"
#include "streams.h"
#include "text.h"
#include "trona/string.h"

#define TICK (1000000000ul / LX_USER_HZ)

static char state_letter(const struct kn_layout_proc_entry *e, const struct client *reader)
{
    switch (e->state) {
    case KN_LAYOUT_PROC_STATE_STOPPED: return 'T';
    case KN_LAYOUT_PROC_STATE_ZOMBIE: return 'Z';
    default: return e->serial == reader->serial ? 'R' : 'S'; // who else runs is the kernel's business
    }
}

static struct port_usage usage_of(const struct kn_layout_proc_entry *e)
{
    struct port_usage u = {0};
    if (e->state == KN_LAYOUT_PROC_STATE_ZOMBIE || port_as_usage(e->as, &u))
        u = (struct port_usage){0};
    return u;
}

// The name, at most 15 characters, terminated.
static void copy_name(const struct kn_layout_proc_entry *e, char name[16])
{
    memcpy(name, e->name, 16);
    name[15] = 0;
}

static void stat(struct text *text, struct inode *inode, struct client *client)
{
    port_refresh_times(inode->proc.serial);
    const struct kn_layout_proc_entry *e = procfs_entry(inode->proc.serial);
    if (!e)
        return;
    struct port_usage u = usage_of(e);
    uint64_t tty = 0;
    int32_t foreground = -1;
    tty_of_session(e->sid, &tty, &foreground);
    char name[16];
    copy_name(e, name);
    text_print(text, "%u (%s) %c %u %u %u %lu %d 0 0 0 0 0 %lu %lu 0 0 20 0 %u 0 %lu ", e->pid, name,
               state_letter(e, client), e->ppid, e->pgid, e->sid, (unsigned long)tty, foreground, e->user_ns / TICK,
               e->system_ns / TICK, e->nr_threads, e->start_ns / TICK);
    text_print(text, "%lu %lu %lu 0 0 0 0 0 0 0 0 0 0 0 0 %u %lu 0 0 0 0 0 0 0 0 0 0 0 0 %u\n", u.vm * 4096, u.resident,
               UINT64_MAX, LX_SIGCHLD, e->cpu, e->exit_status);
}

static void statm(struct text *text, struct inode *inode, struct client *client)
{
    (void)client;
    const struct kn_layout_proc_entry *e = procfs_entry(inode->proc.serial);
    if (!e)
        return;
    struct port_usage u = usage_of(e);
    text_print(text, "%lu %lu %lu %lu 0 %lu 0\n", u.vm, u.resident, u.shared, u.text, u.data + u.stack);
}

static void status_ids(struct text *text, const struct kn_layout_proc_entry *e)
{
    text_print(text, "Uid:\t%u\t%u\t%u\t%u\nGid:\t%u\t%u\t%u\t%u\n", e->uid, e->euid, e->suid, e->fsuid, e->gid,
               e->egid, e->sgid, e->fsgid);
    text_print(text, "Groups:\t");
    for (uint32_t i = 0; i < e->nr_groups && i < 16; i++)
        text_print(text, "%u ", e->groups[i]);
    text_print(text, "\n");
}

static void status(struct text *text, struct inode *inode, struct client *client)
{
    const struct kn_layout_proc_entry *e = procfs_entry(inode->proc.serial);
    if (!e)
        return;
    const struct client *of = client_find(e->serial);
    struct port_usage u = usage_of(e);
    char name[16], letter = state_letter(e, client);
    copy_name(e, name);
    const char *word = letter == 'R' ? "running" : letter == 'T' ? "stopped" : letter == 'Z' ? "zombie" : "sleeping";
    text_print(text, "Name:\t%s\nState:\t%c (%s)\nTgid:\t%u\nPid:\t%u\nPPid:\t%u\nTracerPid:\t0\n", name, letter, word,
               e->pid, e->pid, e->ppid);
    status_ids(text, e);
    text_print(text, "FDSize:\t%u\n", of ? of->nr_handles : 0);
    text_print(text,
               "VmPeak:\t%8lu kB\nVmSize:\t%8lu kB\nVmHWM:\t%8lu kB\nVmRSS:\t%8lu kB\nVmData:\t%8lu kB\nVmStk:\t%8lu "
               "kB\nVmExe:\t%8lu kB\n",
               u.vm * 4, u.vm * 4, u.peak * 4, u.resident * 4, u.data * 4, u.stack * 4, u.text * 4);
    text_print(text, "Threads:\t%u\nCpus_allowed:\t%lx\n", e->nr_threads, e->cpus);
}

static void cmdline(struct text *text, struct inode *inode, struct client *client)
{
    (void)client;
    const struct client *of = client_find(inode->proc.serial);
    if (of && procfs_entry(inode->proc.serial))
        text_append(text, of->cmdline, of->cmdline_length);
}

static void comm(struct text *text, struct inode *inode, struct client *client)
{
    (void)client;
    const struct kn_layout_proc_entry *e = procfs_entry(inode->proc.serial);
    char name[16];
    if (e) {
        copy_name(e, name);
        text_print(text, "%s\n", name);
    }
}

static void region_line(struct text *text, const struct port_region *r, struct client *client)
{
    static char buffer[LX_PATH_MAX];
    struct inode *inode = r->object ? content_find(r->object) : NULL;
    text_print(text, "%lx-%lx %c%c%c%c %08lx 00:%02lx %lu", r->start, r->end, r->prot & LX_PROT_READ ? 'r' : '-',
               r->prot & LX_PROT_WRITE ? 'w' : '-', r->prot & LX_PROT_EXEC ? 'x' : '-',
               r->flags & LX_MAP_SHARED ? 's' : 'p', inode ? r->offset : 0, inode ? (unsigned long)inode->fs->dev : 0,
               inode ? (unsigned long)inode->ino : 0);
    if (inode) {
        // By which mount it was opened is not known: the root's, which holds the programs.
        const struct path path = {mount_first(), inode};
        const char *name =
            inode->fs == path.mount->fs ? path_name(&client->root, &path, NULL, buffer, sizeof buffer) : NULL;
        text_print(text, " %s", name ? name : "(unreachable)");
    } else if (r->end == KN_LAYOUT_STACK_TOP) {
        text_print(text, " [stack]");
    } else if (r->start >= KN_LAYOUT_RUNTIME_START) {
        text_print(text, " [runtime]");
    }
    text_print(text, "\n");
}

static void maps(struct text *text, struct inode *inode, struct client *client)
{
    const struct kn_layout_proc_entry *e = procfs_entry(inode->proc.serial);
    struct port_region r;
    if (!e || e->state == KN_LAYOUT_PROC_STATE_ZOMBIE)
        return;
    for (uint64_t i = 0; !text->is_short && port_as_region(e->as, i, &r) == 0; i++)
        region_line(text, &r, client);
}

#define FILE(mode) (LX_S_IFREG | (mode))
#define LINK (LX_S_IFLNK | 0777)

const struct procfs_node procfs_process[] = {
    [PROCFS_FD_DIR] = {"fd", LX_S_IFDIR | 0500, 0, NULL, NULL},
    [PROCFS_EXE] = {"exe", LINK, 0, NULL, NULL},
    [PROCFS_CWD] = {"cwd", LINK, 0, NULL, NULL},
    [PROCFS_ROOT_LINK] = {"root", LINK, 0, NULL, NULL},
    {"cmdline", FILE(0444), 0, cmdline, NULL},
    {"comm", FILE(0444), 0, comm, NULL},
    {"maps", FILE(0400), 0, maps, NULL},
    {"mountinfo", FILE(0444), 0, procfs_mountinfo, NULL},
    {"mounts", FILE(0444), 0, procfs_mounts, NULL},
    {"stat", FILE(0444), 0, stat, NULL},
    {"statm", FILE(0444), 0, statm, NULL},
    {"status", FILE(0444), 0, status, NULL},
};
const unsigned procfs_nr_process = sizeof procfs_process / sizeof procfs_process[0];
