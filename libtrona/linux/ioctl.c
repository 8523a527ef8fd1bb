// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// ioctl: what the argument of each command is, since only the layer can follow the program's pointers.

#include "calls.h"

// Commands of the newer kind carry direction and size of their argument.
#define IOC_WRITE 1 // the program gives
#define IOC_READ 2  // the program gets
#define IOC_MAX_SIZE 0x1000

struct argument {
    uint16_t in, out; // bytes; both 0: the argument is a number
};

static struct argument argument_of(uint32_t command)
{
    switch (command) {
    case LX_TCGETS: return (struct argument){.out = sizeof(struct lx_termios)};
    case LX_TCSETS:
    case LX_TCSETSW:
    case LX_TCSETSF: return (struct argument){.in = sizeof(struct lx_termios)};
    case LX_TIOCGWINSZ: return (struct argument){.out = sizeof(struct lx_winsize)};
    case LX_TIOCSWINSZ: return (struct argument){.in = sizeof(struct lx_winsize)};
    case LX_TIOCGPGRP:
    case LX_TIOCGSID:
    case LX_FIONREAD:
    case LX_TIOCOUTQ:
    case LX_TIOCGETD:
    case LX_TIOCMGET:
    case LX_VT_OPENQRY:
    case LX_BLKSSZGET: return (struct argument){.out = sizeof(int32_t)};
    case LX_BLKGETSIZE:
    case LX_FIOQSIZE: return (struct argument){.out = sizeof(int64_t)};
    case LX_TIOCSPGRP:
    case LX_TIOCSETD:
    case LX_FIOASYNC: return (struct argument){.in = sizeof(int32_t)};
    case LX_TIOCSTI: return (struct argument){.in = 1};
    }
    uint32_t direction = command >> 30, size = command >> 16 & 0x3fff;
    if (size > IOC_MAX_SIZE || !direction)
        return (struct argument){0};
    return (struct argument){.in = direction & IOC_WRITE ? (uint16_t)size : 0,
                             .out = direction & IOC_READ ? (uint16_t)size : 0};
}

static long set_nonblocking(const struct fd *f, word_t addr)
{
    int32_t on;
    word_t flags;
    if (get_user(&on, addr))
        return -LX_EFAULT;
    long r = kn_vfs_get_flags(VFS, f->handle, &flags, NULL);
    if (r)
        return r;
    flags = on ? flags | LX_O_NONBLOCK : flags & ~(word_t)LX_O_NONBLOCK;
    return kn_vfs_set_flags(VFS, f->handle, flags & (LX_O_APPEND | LX_O_NONBLOCK));
}

static long vfs_ioctl(struct thread *t, const struct fd *f, uint32_t command, word_t value)
{
    struct argument argument = argument_of(command);
    word_t result, out_length;
    bool is_pointer = argument.in || argument.out;
    for (;;) {
        long r = vfs_attach(t);
        if (r == 0 && argument.in)
            r = copy_from_user(thread_window(t), value, argument.in);
        if (r == 0)
            r = kn_vfs_ioctl(VFS, t->index, f->handle, command, is_pointer ? 0 : value, vfs_io_flags(t), &result,
                             &out_length);
        if (r == -LX_EAGAIN) { // draining output, or stopped by SIGTTOU
            r = vfs_wait(t);
            if (r == 0)
                continue;
        }
        if (r)
            return r;
        if (is_pointer && out_length > argument.out)
            out_length = argument.out;
        if (is_pointer && out_length)
            r = copy_to_user(value, thread_window(t), out_length);
        return r ? r : (long)result;
    }
}

SYSCALL(ioctl)
{
    struct fd *f;
    uint32_t command = (uint32_t)a[1];
    long r = fd_handle(a[0], &f);
    if (r)
        return r;
    switch (command) {
    case LX_FIOCLEX: f->is_cloexec = true; return 0;
    case LX_FIONCLEX: f->is_cloexec = false; return 0;
    case LX_FIONBIO: return set_nonblocking(f, a[2]);
    default: return vfs_ioctl(t, f, command, a[2]);
    }
}
