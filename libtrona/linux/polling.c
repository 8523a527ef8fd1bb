// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// poll and select over vfs's poll: descriptors become handles in the window; those that are not open are answered here.

#include "polling.h"

#include "calls.h"
#include "trona/string.h"

static_assert(FD_MAX * sizeof(struct kn_vfs_pollfd) <= KN_LAYOUT_WINDOW_SIZE, "one window holds a full poll");

// Fills the window; *NR_BAD counts the descriptors that are not open. Returns how many entries the window has.
static word_t fill_window(struct thread *t, struct lx_pollfd *fds, word_t n, long *nr_bad)
{
    struct kn_vfs_pollfd *w = thread_window(t);
    word_t count = 0;
    *nr_bad = 0;
    for (word_t i = 0; i < n; i++) {
        const struct fd *f = fd_get(fds[i].fd);
        fds[i].revents = 0;
        if (f) {
            w[count++] = (struct kn_vfs_pollfd){f->handle, (uint16_t)fds[i].events, 0};
        } else if (fds[i].fd >= 0) {
            fds[i].revents = LX_POLLNVAL;
            (*nr_bad)++;
        }
    }
    return count;
}

static void take_window(struct thread *t, struct lx_pollfd *fds, word_t n)
{
    const struct kn_vfs_pollfd *w = thread_window(t);
    for (word_t i = 0; i < n; i++) {
        if (fd_get(fds[i].fd))
            fds[i].revents = (int16_t)(w++)->revents;
    }
}

// Asks once: how many are ready, 0 if none (the thread is registered then, if MAY_WAIT), or -errno.
static long ask(struct thread *t, struct lx_pollfd *fds, word_t n, bool may_wait)
{
    long nr_bad;
    word_t ready = 0, count = fill_window(t, fds, n, &nr_bad);
    if (!count)
        return nr_bad;
    long r = kn_vfs_poll(VFS, t->index, count, may_wait && !nr_bad ? KN_VFS_IO_WAIT : 0, &ready);
    if (r == -LX_EAGAIN)
        return nr_bad;
    if (r)
        return r;
    take_window(t, fds, n);
    return (long)ready + nr_bad;
}

long poll_wait(struct thread *t, struct lx_pollfd *fds, word_t n, word_t deadline)
{
    word_t had_fired;
    long r = vfs_attach(t);
    if (r)
        return r;
    while ((r = ask(t, fds, n, deadline != 0)) == 0 && deadline) {
        r = wait_for_wake(t, deadline);
        if (r == 0)
            continue;
        kn_vfs_cancel_wait(VFS, t->index, &had_fired);
        // Something may have become ready just now.
        long last = ask(t, fds, n, false);
        if (last)
            r = last;
        else if (r == -LX_ETIMEDOUT)
            r = 0;
        break;
    }
    wait_end(t);
    return r;
}

long poll_user(struct thread *t, word_t addr, word_t n, word_t deadline)
{
    struct lx_pollfd fds[FD_MAX];
    n = (uint32_t)n;
    if (n > FD_MAX)
        return -LX_EINVAL;
    if (copy_from_user(fds, addr, n * sizeof fds[0]))
        return -LX_EFAULT;
    long ready = poll_wait(t, fds, n, deadline);
    if (ready < 0)
        return ready;
    for (word_t i = 0; i < n; i++) { // only what poll writes
        if (put_user(&fds[i].revents, addr + i * sizeof fds[0] + offsetof(struct lx_pollfd, revents)))
            return -LX_EFAULT;
    }
    return ready;
}

// The three sets of select, as bits.
struct sets {
    uint64_t bits[3][FD_MAX / 64];
};

static const int16_t select_events[3] = {LX_POLLIN | LX_POLLRDNORM | LX_POLLRDBAND,
                                         LX_POLLOUT | LX_POLLWRNORM | LX_POLLWRBAND, LX_POLLPRI};
static const int16_t select_results[3] = {LX_POLLIN | LX_POLLRDNORM | LX_POLLRDBAND | LX_POLLHUP | LX_POLLERR,
                                          LX_POLLOUT | LX_POLLWRNORM | LX_POLLWRBAND | LX_POLLERR, LX_POLLPRI};

static bool in_set(const struct sets *s, int which, word_t fd) { return s->bits[which][fd / 64] >> fd % 64 & 1; }

static long sets_to_fds(const struct sets *s, word_t n, struct lx_pollfd *fds)
{
    long count = 0;
    for (word_t fd = 0; fd < n; fd++) {
        int16_t events = 0;
        for (int which = 0; which < 3; which++) {
            if (in_set(s, which, fd))
                events |= select_events[which];
        }
        if (!events)
            continue;
        if (!fd_get((int)fd))
            return -LX_EBADF;
        fds[count++] = (struct lx_pollfd){(int32_t)fd, events, 0};
    }
    return count;
}

// Keeps in S what is ready; how many bits that is.
static long keep_ready(struct sets *s, const struct lx_pollfd *fds, long count)
{
    struct sets asked = *s;
    long total = 0;
    memset(s, 0, sizeof *s);
    for (long i = 0; i < count; i++) {
        for (int which = 0; which < 3; which++) {
            word_t fd = (word_t)fds[i].fd;
            if (in_set(&asked, which, fd) && fds[i].revents & select_results[which]) {
                s->bits[which][fd / 64] |= (uint64_t)1 << fd % 64;
                total++;
            }
        }
    }
    return total;
}

long select_user(struct thread *t, word_t n, const word_t addr[3], word_t deadline)
{
    struct sets s;
    struct lx_pollfd fds[FD_MAX];
    if ((int)n < 0)
        return -LX_EINVAL;
    n = (uint32_t)n < FD_MAX ? (uint32_t)n : FD_MAX;
    size_t bytes = (n + 63) / 64 * 8;
    memset(&s, 0, sizeof s);
    for (int which = 0; which < 3; which++) {
        if (addr[which] && copy_from_user(s.bits[which], addr[which], bytes))
            return -LX_EFAULT;
    }
    long count = sets_to_fds(&s, n, fds);
    if (count < 0)
        return count;
    long r = poll_wait(t, fds, (word_t)count, deadline);
    if (r < 0)
        return r;
    r = keep_ready(&s, fds, count);
    for (int which = 0; which < 3; which++) {
        if (addr[which] && copy_to_user(addr[which], s.bits[which], bytes))
            return -LX_EFAULT;
    }
    return r;
}

// Reads a relative time-out at ADDR (0: none) into a deadline; 0 stands for "don't wait".
static long read_timeout(word_t addr, word_t *deadline)
{
    struct lx_timespec ts;
    *deadline = NEVER;
    if (!addr)
        return 0;
    if (get_user(&ts, addr))
        return -LX_EFAULT;
    if (!timespec_is_valid(&ts))
        return -LX_EINVAL;
    word_t ns = timespec_to_ns(&ts);
    *deadline = ns ? deadline_after(ns) : 0;
    return 0;
}

// What is left, as ppoll and pselect6 report it. A program may keep its time-out in read-only memory: no error.
static void write_remaining(word_t addr, word_t deadline)
{
    if (!addr)
        return;
    word_t now = clock_monotonic_ns();
    struct lx_timespec left = ns_to_timespec(deadline > now ? deadline - now : 0);
    put_user(&left, addr);
}

// The mask for the time of the call (ADDR 0: none); the exit path puts the old one back.
static long set_temporary_mask(struct thread *t, word_t addr, word_t size)
{
    word_t mask;
    if (!addr)
        return 0;
    if (size != sizeof mask)
        return -LX_EINVAL;
    if (get_user(&mask, addr))
        return -LX_EFAULT;
    t->saved_blocked = t->blocked;
    t->has_saved_blocked = true;
    signal_set_blocked(t, mask);
    return 0;
}

// No signal interrupted the call: none may be delivered with the temporary mask.
static void drop_temporary_mask(struct thread *t)
{
    if (!t->has_saved_blocked)
        return;
    t->has_saved_blocked = false;
    signal_set_blocked(t, t->saved_blocked);
}

static long finish(struct thread *t, long r, word_t timeout, word_t deadline)
{
    if (r == -RESTART_SYS)
        r = -RESTART_NOHAND;
    else
        drop_temporary_mask(t);
    write_remaining(timeout, deadline);
    return r;
}

SYSCALL(ppoll)
{
    word_t deadline;
    long r = read_timeout(a[2], &deadline);
    if (r == 0)
        r = set_temporary_mask(t, a[3], a[4]);
    return r ? r : finish(t, poll_user(t, a[0], a[1], deadline), a[2], deadline);
}

SYSCALL(pselect6)
{
    word_t deadline, mask[2] = {0};
    long r = read_timeout(a[4], &deadline);
    if (r == 0 && a[5])
        r = get_user(&mask, a[5]);
    if (r == 0)
        r = set_temporary_mask(t, mask[0], mask[1]);
    return r ? r : finish(t, select_user(t, a[0], &a[1], deadline), a[4], deadline);
}
