// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The machine as a whole: name, memory, log, stop.

#include "calls.h"

#include "trona/string.h"

#define HOSTNAME_WORDS 8
#define HOSTNAME_MAX 64
#define PERSONALITY_QUERY 0xffffffffu

// Sets (LENGTH bytes of NAME, if SET) and reads the host name; its length or -errno.
static long hostname(bool set, word_t length, char name[HOSTNAME_MAX])
{
    word_t n[HOSTNAME_WORDS], o[HOSTNAME_WORDS], old_length = 0;
    memcpy(n, name, sizeof n);
    long r = kn_proc_hostname(PROC, set, length, n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], &old_length, &o[0],
                              &o[1], &o[2], &o[3], &o[4], &o[5], &o[6], &o[7]);
    if (r)
        return r;
    memcpy(name, o, sizeof o);
    return old_length <= HOSTNAME_MAX ? (long)old_length : HOSTNAME_MAX;
}

SYSCALL(uname)
{
    struct lx_utsname u;
    char name[HOSTNAME_MAX] = {0};
    memset(&u, 0, sizeof u);
    long n = hostname(false, 0, name);
    if (n > 0)
        memcpy(u.nodename, name, (size_t)n);
    str_copy(u.sysname, "Linux", sizeof u.sysname);
    str_copy(u.release, "6.1.0-kernite", sizeof u.release);
    str_copy(u.version, "#1 SMP", sizeof u.version);
    str_copy(u.machine, arch_platform, sizeof u.machine);
    str_copy(u.domainname, "(none)", sizeof u.domainname);
    return put_user(&u, a[0]);
}

SYSCALL(sethostname)
{
    char name[HOSTNAME_MAX] = {0};
    if (signal_page()->euid)
        return -LX_EPERM;
    if ((int)a[1] < 0 || (uint32_t)a[1] > HOSTNAME_MAX)
        return -LX_EINVAL;
    if (copy_from_user(name, a[0], (uint32_t)a[1]))
        return -LX_EFAULT;
    long r = hostname(true, (uint32_t)a[1], name);
    return r < 0 ? r : 0;
}

SYSCALL(sysinfo)
{
    word_t total, free, committed, limit, file, anonymous;
    struct lx_sysinfo s;
    long r = kn_mm_memory_info(MM, &total, &free, &committed, &limit, &file, &anonymous);
    if (r)
        return r;
    memset(&s, 0, sizeof s);
    s.uptime = (int64_t)(clock_monotonic_ns() / NS_PER_SECOND);
    s.totalram = total << KN_PAGE_BITS;
    s.freeram = free << KN_PAGE_BITS;
    s.procs = 1;
    s.mem_unit = 1;
    return put_user(&s, a[0]);
}

// klogctl; text comes through the window.
SYSCALL(syslog)
{
    word_t result, n = (uint32_t)a[2];
    bool has_buffer = a[0] >= 2 && a[0] <= 4; // READ, READ_ALL, READ_CLEAR
    if (has_buffer && (!a[1] || (int)a[2] < 0))
        return -LX_EINVAL;
    if (n > KN_LAYOUT_WINDOW_SIZE)
        n = KN_LAYOUT_WINDOW_SIZE;
    long r = vfs_attach(t);
    if (r == 0)
        r = kn_vfs_syslog(VFS, t->index, (uint32_t)a[0], n, &result);
    if (r)
        return r;
    if (has_buffer)
        r = copy_to_user(a[1], thread_window(t), result < n ? result : n);
    return r ? r : (long)result;
}

SYSCALL(reboot)
{
    uint32_t magic2 = (uint32_t)a[1];
    if (signal_page()->euid)
        return -LX_EPERM;
    if ((uint32_t)a[0] != LX_REBOOT_MAGIC1 || (magic2 != LX_REBOOT_MAGIC2 && magic2 != LX_REBOOT_MAGIC2A &&
                                               magic2 != LX_REBOOT_MAGIC2B && magic2 != LX_REBOOT_MAGIC2C))
        return -LX_EINVAL;
    switch ((uint32_t)a[2]) {
    case LX_REBOOT_CMD_RESTART:
    case LX_REBOOT_CMD_RESTART2: return kn_proc_reboot(PROC, KN_PROC_REBOOT_RESTART);
    case LX_REBOOT_CMD_HALT:
    case LX_REBOOT_CMD_POWER_OFF: return kn_proc_reboot(PROC, KN_PROC_REBOOT_POWEROFF);
    case LX_REBOOT_CMD_CAD_ON: // there is no Ctrl-Alt-Del
    case LX_REBOOT_CMD_CAD_OFF: return 0;
    default: return -LX_EINVAL;
    }
}

// Only the ordinary personality; what changes address-space layout is remembered, as Linux does, and has no effect.
SYSCALL(personality)
{
    uint32_t old = process.personality, new = (uint32_t)a[0];
    if (new != PERSONALITY_QUERY) {
        if (new & 0xff)
            return -LX_EINVAL;
        process.personality = new;
    }
    return old;
}
