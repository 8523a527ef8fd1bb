// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The system calls that the layer performs, sorted by file. Those that only x86_64 has are in arch/x86_64/arch_calls.h.

#include "arch_calls.h"
#include "layer.h"

// clang-format off
#define CALLS(X)                                                                                                     \
    /* credentials.c */                                                                                              \
    X(getegid) X(geteuid) X(getgid) X(getgroups) X(getresgid) X(getresuid) X(getuid) X(setfsgid) X(setfsuid)         \
    X(setgid) X(setgroups) X(setregid) X(setresgid) X(setresuid) X(setreuid) X(setuid)                               \
    /* descriptors.c */                                                                                              \
    X(close) X(close_range) X(dup) X(dup3) X(fcntl) X(flock) X(pipe2)                                                \
    /* exec.c */                                                                                                     \
    X(execve) X(execveat)                                                                                            \
    /* exit.c, fork.c, wait4.c */                                                                                    \
    X(exit) X(exit_group) X(clone) X(wait4) X(waitid)                                                                \
    /* file_io.c, file_copy.c */                                                                                     \
    X(copy_file_range) X(lseek) X(pread64) X(preadv) X(pwrite64) X(pwritev) X(read) X(readv) X(sendfile) X(write)    \
    X(writev)                                                                                                        \
    /* files.c */                                                                                                    \
    X(fadvise64) X(fallocate) X(fchdir) X(fchmod) X(fchown) X(fdatasync) X(fstat) X(fstatfs) X(fsync)                \
    X(ftruncate) X(getdents64) X(ioctl) X(newfstatat) X(readahead) X(statfs) X(statx) X(sync) X(sync_file_range)     \
    X(syncfs) X(truncate)                                                                                            \
    /* futex.c */                                                                                                    \
    X(futex) X(get_robust_list) X(set_robust_list)                                                                   \
    /* identity.c */                                                                                                 \
    X(getpgid) X(getpid) X(getppid) X(getpriority) X(getsid) X(gettid) X(ioprio_get) X(ioprio_set) X(kill) X(prctl)  \
    X(rt_sigqueueinfo) X(rt_tgsigqueueinfo) X(set_tid_address) X(setpgid) X(setpriority) X(setsid) X(tgkill)         \
    X(tkill)                                                                                                         \
    /* limits.c */                                                                                                   \
    X(getrlimit) X(getrusage) X(prlimit64) X(setrlimit) X(times)                                                     \
    /* memory.c */                                                                                                   \
    X(brk) X(madvise) X(mlock) X(mlockall) X(mmap) X(mprotect) X(mremap) X(msync) X(munlock) X(munlockall) X(munmap) \
    /* paths.c, path_attributes.c */                                                                                 \
    X(chdir) X(chroot) X(faccessat) X(faccessat2) X(fchmodat) X(fchownat) X(getcwd) X(linkat) X(mkdirat) X(mknodat)  \
    X(mount) X(openat) X(readlinkat) X(renameat) X(renameat2) X(symlinkat) X(umask) X(umount2) X(unlinkat)           \
    X(utimensat)                                                                                                     \
    /* polling.c */                                                                                                  \
    X(ppoll) X(pselect6)                                                                                             \
    /* random.c, system.c, scheduling.c */                                                                           \
    X(getrandom) X(personality) X(reboot) X(sethostname) X(sysinfo) X(syslog) X(uname) X(getcpu)                     \
    X(sched_get_priority_max) X(sched_get_priority_min) X(sched_getaffinity) X(sched_getparam)                       \
    X(sched_getscheduler) X(sched_rr_get_interval) X(sched_setaffinity) X(sched_setparam) X(sched_setscheduler)      \
    X(sched_yield)                                                                                                   \
    /* signal_calls.c, signal_wait.c */                                                                              \
    X(rt_sigaction) X(rt_sigpending) X(rt_sigprocmask) X(rt_sigsuspend) X(rt_sigtimedwait) X(sigaltstack)            \
    X(restart_syscall)                                                                                               \
    /* sockets.c */                                                                                                  \
    X(accept) X(accept4) X(bind) X(connect) X(getpeername) X(getsockname) X(getsockopt) X(listen) X(recvfrom)        \
    X(recvmsg) X(sendmsg) X(sendto) X(setsockopt) X(shutdown) X(socket) X(socketpair)                                \
    /* time_calls.c, sleeping.c */                                                                                   \
    X(clock_getres) X(clock_gettime) X(clock_nanosleep) X(clock_settime) X(getitimer) X(gettimeofday) X(nanosleep)   \
    X(setitimer) X(settimeofday)
// clang-format on

#define DECLARE(name) SYSCALL(name);
CALLS(DECLARE)
ARCH_CALLS(DECLARE)
#undef DECLARE
