// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The Linux system calls that pid 1 makes. Results are Linux's: a negative errno on failure.

#include <stddef.h>
#include <stdint.h>

#include <lx/abi.h>

#include "trap.h"

#define SYS0(name) linux_trap(LX_SYS_##name, 0, 0, 0, 0, 0)
#define SYS1(name, a) linux_trap(LX_SYS_##name, (long)(a), 0, 0, 0, 0)
#define SYS2(name, a, b) linux_trap(LX_SYS_##name, (long)(a), (long)(b), 0, 0, 0)
#define SYS3(name, a, b, c) linux_trap(LX_SYS_##name, (long)(a), (long)(b), (long)(c), 0, 0)
#define SYS4(name, a, b, c, d) linux_trap(LX_SYS_##name, (long)(a), (long)(b), (long)(c), (long)(d), 0)
#define SYS5(name, a, b, c, d, e) linux_trap(LX_SYS_##name, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e))

static inline long sys_open(const char *path, unsigned flags)
{
    return SYS4(openat, LX_AT_FDCWD, path, flags | LX_O_CLOEXEC, 0);
}
static inline long sys_close(long fd) { return SYS1(close, fd); }
static inline long sys_read(long fd, void *data, size_t n) { return SYS3(read, fd, data, n); }
static inline long sys_fork(void) { return SYS5(clone, LX_SIGCHLD, 0, 0, 0, 0); }
static inline long sys_pipe(int fds[2], unsigned flags) { return SYS2(pipe2, fds, flags); }
static inline long sys_ioctl(long fd, unsigned command, const void *argument)
{
    return SYS3(ioctl, fd, command, argument);
}
static inline long sys_kill(long pid, int signal) { return SYS2(kill, pid, signal); }
// Like dup2, also where FROM is TO: the result stays open over exec.
static inline long sys_dup_to(long from, long to)
{
    return from == to ? SYS3(fcntl, to, LX_F_SETFD, 0) : SYS3(dup3, from, to, 0);
}
_Noreturn void sys_exit(int status);

// Writes all of it, whatever pieces it takes. 0 or a negative errno.
long write_all(long fd, const void *data, size_t n);
// Reads a file from the start, at most SIZE - 1 bytes, and terminates it; the length, or a negative errno. -LX_E2BIG: it
// does not fit.
long read_file(const char *path, char *text, size_t size);
// Writes a line on stderr: "init: TEXT: error N".
void complain(const char *text, long error);
