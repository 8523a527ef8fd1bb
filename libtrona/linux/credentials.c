// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// User and group ids: read from the signal page, changed by procsrv, which checks. What setuid and setreuid mean in terms
// of setresuid is Linux's.

#include "calls.h"

#define KEEP (~(word_t)0)
#define GROUPS_PER_CALL 16 // vfs's and procsrv's limit

SYSCALL(getuid) { return signal_page()->uid; }
SYSCALL(geteuid) { return signal_page()->euid; }
SYSCALL(getgid) { return signal_page()->gid; }
SYSCALL(getegid) { return signal_page()->egid; }

static word_t id_argument(word_t v) { return (uint32_t)v == UINT32_MAX ? KEEP : (uint32_t)v; }

SYSCALL(setresuid)
{
    word_t effective = id_argument(a[1]);
    return kn_proc_setresuid(PROC, id_argument(a[0]), effective, id_argument(a[2]), effective);
}

SYSCALL(setresgid)
{
    word_t effective = id_argument(a[1]);
    return kn_proc_setresgid(PROC, id_argument(a[0]), effective, id_argument(a[2]), effective);
}

SYSCALL(setuid)
{
    word_t id = (uint32_t)a[0];
    if (id == UINT32_MAX)
        return -LX_EINVAL;
    bool is_privileged = signal_page()->euid == 0;
    return kn_proc_setresuid(PROC, is_privileged ? id : KEEP, id, is_privileged ? id : KEEP, id);
}

SYSCALL(setgid)
{
    word_t id = (uint32_t)a[0];
    if (id == UINT32_MAX)
        return -LX_EINVAL;
    bool is_privileged = signal_page()->euid == 0;
    return kn_proc_setresgid(PROC, is_privileged ? id : KEEP, id, is_privileged ? id : KEEP, id);
}

// The saved id follows the effective one if the real id is set or the effective one becomes another than the real one.
static word_t saved_id(word_t real, word_t effective, uint32_t old_real, uint32_t old_effective)
{
    if (real == KEEP && (effective == KEEP || effective == old_real))
        return KEEP;
    return effective == KEEP ? old_effective : effective;
}

SYSCALL(setreuid)
{
    word_t real = id_argument(a[0]), effective = id_argument(a[1]);
    word_t saved = saved_id(real, effective, signal_page()->uid, signal_page()->euid);
    return kn_proc_setresuid(PROC, real, effective, saved, effective);
}

SYSCALL(setregid)
{
    word_t real = id_argument(a[0]), effective = id_argument(a[1]);
    word_t saved = saved_id(real, effective, signal_page()->gid, signal_page()->egid);
    return kn_proc_setresgid(PROC, real, effective, saved, effective);
}

// Returns the old id whether it worked or not; the layer does not keep it: it follows the effective one.
SYSCALL(setfsuid)
{
    uint32_t old = signal_page()->euid;
    kn_proc_setresuid(PROC, KEEP, KEEP, KEEP, id_argument(a[0]));
    return old;
}

SYSCALL(setfsgid)
{
    uint32_t old = signal_page()->egid;
    kn_proc_setresgid(PROC, KEEP, KEEP, KEEP, id_argument(a[0]));
    return old;
}

static long put_ids(const word_t *a, uint32_t real, uint32_t effective, uint32_t saved)
{
    if (put_user(&real, a[0]) || put_user(&effective, a[1]) || put_user(&saved, a[2]))
        return -LX_EFAULT;
    return 0;
}

SYSCALL(getresuid) { return put_ids(a, signal_page()->uid, signal_page()->euid, signal_page()->suid); }
SYSCALL(getresgid) { return put_ids(a, signal_page()->gid, signal_page()->egid, signal_page()->sgid); }

SYSCALL(getgroups)
{
    word_t count, g[GROUPS_PER_CALL / 2];
    if ((int)a[0] < 0)
        return -LX_EINVAL;
    long r = kn_proc_getgroups(PROC, &count, &g[0], &g[1], &g[2], &g[3], &g[4], &g[5], &g[6], &g[7]);
    if (r)
        return r;
    if (count > GROUPS_PER_CALL)
        count = GROUPS_PER_CALL;
    if (!(uint32_t)a[0])
        return (long)count;
    if (count > (uint32_t)a[0])
        return -LX_EINVAL;
    r = copy_to_user(a[1], g, count * sizeof(uint32_t));
    return r ? r : (long)count;
}

SYSCALL(setgroups)
{
    word_t g[GROUPS_PER_CALL / 2] = {0};
    word_t count = (uint32_t)a[0];
    if (count > GROUPS_PER_CALL)
        return -LX_EINVAL;
    if (copy_from_user(g, a[1], count * sizeof(uint32_t)))
        return -LX_EFAULT;
    return kn_proc_setgroups(PROC, count, g[0], g[1], g[2], g[3], g[4], g[5], g[6], g[7]);
}
