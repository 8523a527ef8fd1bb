// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// /proc: what concerns the whole system; and /sys.

#include "access.h"
#include "client.h"
#include "clock.h"
#include "filesystem.h"
#include "inode.h"
#include "mount.h"
#include "port.h"
#include "procfs.h"
#include "text.h"
#include "trona/startup.h"
#include "trona/string.h"

#define SECOND 1000000000ul
#define TICK (SECOND / LX_USER_HZ)

struct totals {
    uint64_t user_ns, system_ns;
};

#define ALL_CPUS (~(uint64_t)0)

// Of the processes that are on CPU now, or of all.
static struct totals sum_processes(uint64_t cpu)
{
    struct totals t = {0};
    for (unsigned i = 0; i < KN_LAYOUT_PROC_TABLE_ENTRIES; i++) {
        const struct kn_layout_proc_entry *e = &port_proc_table()->entry[i];
        if (procfs_entry(e->serial) != e || (cpu != ALL_CPUS && e->cpu != cpu))
            continue;
        t.user_ns += e->user_ns;
        t.system_ns += e->system_ns;
    }
    return t;
}

// What NR_CPUS have not used for T since the start.
static uint64_t idle_ns(uint64_t now, uint64_t nr_cpus, const struct totals *t)
{
    uint64_t all = now * nr_cpus, busy = t->user_ns + t->system_ns;
    return all > busy ? all - busy : 0;
}

static void uptime(struct text *text, struct inode *inode, struct client *client)
{
    (void)inode, (void)client;
    port_refresh_times(0);
    struct totals t = sum_processes(ALL_CPUS);
    uint64_t now = clock_monotonic_ns(), idle = idle_ns(now, port_time_page()->nr_cpus, &t);
    text_print(text, "%lu.%09lu %lu.%09lu\n", now / SECOND, now % SECOND, idle / SECOND, idle % SECOND);
}

static void meminfo(struct text *text, struct inode *inode, struct client *client)
{
    (void)inode, (void)client;
    struct port_memory m = {0};
    if (port_memory_info(&m))
        return;
    uint64_t available = m.commit_limit > m.committed ? m.commit_limit - m.committed : 0;
    const struct {
        const char *name;
        uint64_t pages;
    } lines[] = {
        {"MemTotal:", m.total},
        {"MemFree:", m.free},
        {"MemAvailable:", available < m.free ? available : m.free},
        {"Buffers:", 0},
        {"Cached:", m.file},
        {"SwapCached:", 0},
        {"Active:", m.anonymous},
        {"Inactive:", m.file},
        {"SwapTotal:", 0},
        {"SwapFree:", 0},
        {"Dirty:", 0},
        {"AnonPages:", m.anonymous},
        {"Mapped:", m.file},
        {"Shmem:", m.file},
        {"Slab:", 0},
        {"CommitLimit:", m.commit_limit},
        {"Committed_AS:", m.committed},
    };
    for (unsigned i = 0; i < sizeof lines / sizeof lines[0]; i++)
        text_print(text, "%-15s %8lu kB\n", lines[i].name, lines[i].pages * 4);
}

#if defined(__x86_64__)
#define MACHINE "x86_64"
#else
#define MACHINE "aarch64"
#endif
#define RELEASE "6.1.0-kernite"
#define VERSION "#1 SMP"

static void version(struct text *text, struct inode *inode, struct client *client)
{
    (void)inode, (void)client;
    text_print(text, "Linux version %s (kernite) (clang) %s %s\n", RELEASE, VERSION, MACHINE);
}

static void ostype(struct text *text, struct inode *inode, struct client *client)
{
    (void)inode, (void)client;
    text_print(text, "Linux\n");
}

static void osrelease(struct text *text, struct inode *inode, struct client *client)
{
    (void)inode, (void)client;
    text_print(text, RELEASE "\n");
}

static void kernel_version(struct text *text, struct inode *inode, struct client *client)
{
    (void)inode, (void)client;
    text_print(text, VERSION "\n");
}

static void hostname(struct text *text, struct inode *inode, struct client *client)
{
    (void)inode, (void)client;
    char name[65];
    if (port_get_hostname(name) == 0)
        text_print(text, "%s\n", name);
}

static long store_hostname(struct inode *inode, struct client *client, const char *data, size_t n)
{
    (void)inode;
    if (!creds_is_root(client_creds(client)))
        return -LX_EPERM;
    while (n && data[n - 1] == '\n')
        n--;
    return port_set_hostname(data, n);
}

static void pid_max(struct text *text, struct inode *inode, struct client *client)
{
    (void)inode, (void)client;
    text_print(text, "32768\n");
}

static void overcommit_memory(struct text *text, struct inode *inode, struct client *client)
{
    (void)inode, (void)client;
    text_print(text, "2\n"); // commit accounting is strict
}

static void loadavg(struct text *text, struct inode *inode, struct client *client)
{
    (void)inode; // the averages are not kept
    text_print(text, "0.00 0.00 0.00 1/%lu %u\n", (unsigned long)port_proc_table()->nr_processes,
               client_creds(client)->pid);
}

static void cpuinfo(struct text *text, struct inode *inode, struct client *client)
{
    (void)inode, (void)client;
    uint64_t hertz = trona_startup_page()->ticks_per_second;
    for (uint64_t i = 0; i < port_time_page()->nr_cpus; i++)
        text_print(
            text,
            "processor\t: %lu\nmodel name\t: kernite %s processor\ncpu MHz\t\t: %lu.%03lu\nBogoMIPS\t: %lu.00\n\n", i,
            MACHINE, hertz / 1000000, hertz / 1000 % 1000, hertz / 500000);
}

static void print_times(struct text *text, const struct totals *t, uint64_t idle)
{
    text_print(text, " %lu 0 %lu %lu 0 0 0 0 0 0\n", t->user_ns / TICK, t->system_ns / TICK, idle / TICK);
}

// A process's time counts for the CPU that it is on now; where it has been before is not kept.
static void cpu_lines(struct text *text, uint64_t now)
{
    uint64_t nr_cpus = port_time_page()->nr_cpus;
    struct totals t = sum_processes(ALL_CPUS);
    text_print(text, "cpu ");
    print_times(text, &t, idle_ns(now, nr_cpus, &t));
    for (uint64_t cpu = 0; cpu < nr_cpus; cpu++) {
        t = sum_processes(cpu);
        text_print(text, "cpu%lu", cpu);
        print_times(text, &t, idle_ns(now, 1, &t));
    }
}

static void stat(struct text *text, struct inode *inode, struct client *client)
{
    (void)inode, (void)client;
    uint64_t now = clock_monotonic_ns();
    port_refresh_times(0);
    cpu_lines(text, now);
    int64_t boot = clock_realtime_ns() - (int64_t)now;
    text_print(text, "intr 0\nctxt 0\nbtime %ld\nprocesses %lu\nprocs_running 1\nprocs_blocked 0\n",
               (long)(boot / (int64_t)SECOND), (unsigned long)port_proc_table()->nr_processes);
}

// Where C libraries look for the number of CPUs.
static void cpu_range(struct text *text, struct inode *inode, struct client *client)
{
    (void)inode, (void)client;
    uint64_t nr_cpus = port_time_page()->nr_cpus;
    if (nr_cpus > 1)
        text_print(text, "0-%lu\n", nr_cpus - 1);
    else
        text_print(text, "0\n");
}

static void filesystems(struct text *text, struct inode *inode, struct client *client)
{
    (void)inode, (void)client;
    const struct filesystem_type *t;
    for (unsigned i = 0; (t = filesystem_type_at(i)); i++)
        text_print(text, "%s\t%s\n", t->is_nodev ? "nodev" : "", t->name);
}

static void command_line(struct text *text, struct inode *inode, struct client *client)
{
    (void)inode, (void)client;
    text_print(text, "%s\n", (const char *)trona_startup_page()->command_line);
}

static void nothing(struct text *text, struct inode *inode, struct client *client)
{
    (void)text, (void)inode, (void)client;
}

static const char *mount_options(const struct mount *m, char text[64])
{
    text[0] = 0;
    static const struct {
        uint32_t flag;
        char name[12];
    } names[] = {
        {LX_MS_NOSUID, ",nosuid"}, {LX_MS_NODEV, ",nodev"}, {LX_MS_NOEXEC, ",noexec"}, {LX_MS_NOATIME, ",noatime"}};
    size_t n = 2;
    memcpy(text, m->flags & LX_MS_RDONLY ? "ro" : "rw", 3);
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
        if (m->flags & names[i].flag) {
            memcpy(text + n, names[i].name, strlen(names[i].name) + 1);
            n += strlen(names[i].name);
        }
    return text;
}

// The place of a mount as the client sees it; NULL if it does not see it.
static const char *mount_place(const struct mount *m, struct client *client, char *buffer, size_t size)
{
    const struct path path = {(struct mount *)m, m->root};
    const char *name = path_name(&client->root, &path, NULL, buffer, size);
    return name && name[0] == '/' ? name : NULL;
}

void procfs_mounts(struct text *text, struct inode *inode, struct client *client)
{
    (void)inode;
    static char buffer[LX_PATH_MAX];
    char options[64];
    for (const struct mount *m = mount_first(); m; m = m->next) {
        const char *place = mount_place(m, client, buffer, sizeof buffer);
        if (place)
            text_print(text, "%s %s %s %s 0 0\n", m->source, place, m->fs->type->name, mount_options(m, options));
    }
}

void procfs_mountinfo(struct text *text, struct inode *inode, struct client *client)
{
    (void)inode;
    static char buffer[LX_PATH_MAX];
    char options[64];
    for (const struct mount *m = mount_first(); m; m = m->next) {
        const char *place = mount_place(m, client, buffer, sizeof buffer);
        if (place)
            text_print(text, "%u %u 0:%lu / %s %s - %s %s %s\n", m->id, m->point.mount ? m->point.mount->id : 0,
                       (unsigned long)m->fs->dev, place, mount_options(m, options), m->fs->type->name, m->source,
                       m->flags & LX_MS_RDONLY ? "ro" : "rw");
    }
}

enum { SYS = PROCFS_SYSFS + 1, SYS_KERNEL, SYS_VM, SYSFS_DEVICES, SYSFS_SYSTEM, SYSFS_CPU };
#define FILE(mode) (LX_S_IFREG | (mode))
#define DIRECTORY (LX_S_IFDIR | 0555)
#define LINK (LX_S_IFLNK | 0777)

const struct procfs_node procfs_static[] = {
    [PROCFS_ROOT] = {"", DIRECTORY, PROCFS_ROOT, NULL, NULL},
    [PROCFS_SELF] = {"self", LINK, PROCFS_ROOT, NULL, NULL},
    [PROCFS_MOUNTS] = {"mounts", LINK, PROCFS_ROOT, NULL, NULL},
    [SYS] = {"sys", DIRECTORY, PROCFS_ROOT, NULL, NULL},
    [SYS_KERNEL] = {"kernel", DIRECTORY, SYS, NULL, NULL},
    [SYS_VM] = {"vm", DIRECTORY, SYS, NULL, NULL},
    [PROCFS_SYSFS] = {"", DIRECTORY, PROCFS_SYSFS, NULL, NULL},
    [SYSFS_DEVICES] = {"devices", DIRECTORY, PROCFS_SYSFS, NULL, NULL},
    [SYSFS_SYSTEM] = {"system", DIRECTORY, SYSFS_DEVICES, NULL, NULL},
    [SYSFS_CPU] = {"cpu", DIRECTORY, SYSFS_SYSTEM, NULL, NULL},
    {"cmdline", FILE(0444), PROCFS_ROOT, command_line, NULL},
    {"cpuinfo", FILE(0444), PROCFS_ROOT, cpuinfo, NULL},
    {"filesystems", FILE(0444), PROCFS_ROOT, filesystems, NULL},
    {"loadavg", FILE(0444), PROCFS_ROOT, loadavg, NULL},
    {"meminfo", FILE(0444), PROCFS_ROOT, meminfo, NULL},
    {"modules", FILE(0444), PROCFS_ROOT, nothing, NULL},
    {"stat", FILE(0444), PROCFS_ROOT, stat, NULL},
    {"uptime", FILE(0444), PROCFS_ROOT, uptime, NULL},
    {"version", FILE(0444), PROCFS_ROOT, version, NULL},
    {"hostname", FILE(0644), SYS_KERNEL, hostname, store_hostname},
    {"osrelease", FILE(0444), SYS_KERNEL, osrelease, NULL},
    {"ostype", FILE(0444), SYS_KERNEL, ostype, NULL},
    {"pid_max", FILE(0444), SYS_KERNEL, pid_max, NULL},
    {"version", FILE(0444), SYS_KERNEL, kernel_version, NULL},
    {"online", FILE(0444), SYSFS_CPU, cpu_range, NULL},
    {"possible", FILE(0444), SYSFS_CPU, cpu_range, NULL},
    {"present", FILE(0444), SYSFS_CPU, cpu_range, NULL},
    {"overcommit_memory", FILE(0444), SYS_VM, overcommit_memory, NULL},
};
const unsigned procfs_nr_static = sizeof procfs_static / sizeof procfs_static[0];
