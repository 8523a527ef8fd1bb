// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// getrandom: from the CPU's generator; where there is none, from vfs's /dev/urandom.

#include "calls.h"
#include "random.h"

#include "trona/string.h"

#define URANDOM "/dev/urandom"
#define MAX_BYTES 0x1ffffffful

// N bytes (at most the window) from vfs, into the window.
static long from_vfs(struct thread *t, word_t n)
{
    word_t handle, type, status, count;
    long r = vfs_attach(t);
    if (r)
        return r;
    memcpy((char *)thread_window(t) + KN_VFS_PATH, URANDOM, sizeof URANDOM);
    r = kn_vfs_open(VFS, t->index, KN_VFS_CWD, LX_O_RDONLY, 0, &handle, &type, &status);
    if (r)
        return r;
    r = kn_vfs_read(VFS, t->index, handle, n, KN_VFS_OFFSET_CURRENT, 0, &count);
    kn_vfs_close(VFS, handle);
    return r ? r : (long)count;
}

static long from_cpu(word_t dest, word_t n)
{
    uint64_t words[32];
    word_t piece = n < sizeof words ? n : sizeof words;
    for (word_t i = 0; i * sizeof words[0] < piece; i++) {
        if (cpu_random(&words[i]) != 1)
            return -LX_ENOSYS;
    }
    return copy_to_user(dest, words, piece) ? -LX_EFAULT : (long)piece;
}

SYSCALL(getrandom)
{
    word_t n = a[1] < MAX_BYTES ? a[1] : MAX_BYTES, done = 0;
    if (a[2] & ~(word_t)(LX_GRND_NONBLOCK | LX_GRND_RANDOM | LX_GRND_INSECURE))
        return -LX_EINVAL;
    while (done < n) {
        long r = from_cpu(a[0] + done, n - done);
        if (r == -LX_ENOSYS) {
            r = from_vfs(t, n - done < KN_LAYOUT_WINDOW_SIZE ? n - done : KN_LAYOUT_WINDOW_SIZE);
            if (r > 0 && copy_to_user(a[0] + done, thread_window(t), (size_t)r))
                r = -LX_EFAULT;
        }
        if (r <= 0)
            return done ? (long)done : r;
        done += (word_t)r;
    }
    return (long)done;
}
