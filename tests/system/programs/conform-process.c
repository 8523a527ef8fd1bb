// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#define _GNU_SOURCE
#include <elf.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "conform.h"

extern char **environ;
static const char *self;

static int status_of(pid_t pid)
{
    int status = -1;
    return waitpid(pid, &status, 0) == pid ? status : -1;
}

static void fork_copies(void)
{
    volatile int value = 1;
    int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    double fraction = 0.5;
    pid_t pid = fork();
    if (pid == 0) {
        value = 2;
        *shared = getppid();
        _exit(fraction == 0.5 ? 7 : 8);
    }
    CHECK(pid > 0 && status_of(pid) == 7 << 8);
    CHECK(value == 1 && *shared == getpid());
    FAILS(waitpid(-1, NULL, 0), ECHILD);
    munmap(shared, 4096);
}

static void exec_passes_arguments(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        char *argv[] = {"conform", "--check-arguments", "a b", "", NULL}, *envp[] = {"X=1", "Y=", NULL};
        execve(self, argv, envp);
        _exit(99);
    }
    CHECK(status_of(pid) == 0);
    FAILS(execl("/nonexistent", "x", NULL), ENOENT);
    FAILS(execl("/dev/null", "x", NULL), EACCES);
    FAILS(execve(self, (char **)16, environ), EFAULT);
}

static int check_arguments(int argc, char **argv)
{
    CHECK(argc == 4 && !strcmp(argv[2], "a b") && !*argv[3] && !argv[4]);
    CHECK(!strcmp(environ[0], "X=1") && !strcmp(environ[1], "Y=") && !environ[2]);
    CHECK(getauxval(AT_PAGESZ) == 4096 && getauxval(AT_RANDOM) && getauxval(AT_PHNUM) > 0 && getauxval(AT_ENTRY));
    CHECK((uintptr_t)argv % 8 == 0 && (uintptr_t)(argv - 1) % 16 == 0);
    CHECK(!strcmp((char *)getauxval(AT_EXECFN), self));
    return nr_failed != 0;
}

static void exec_keeps_and_closes(void)
{
    char text[16];
    int kept = dup(0), closed = fcntl(0, F_DUPFD_CLOEXEC, 20);
    snprintf(text, sizeof text, "%d", kept);
    pid_t pid = vfork();
    if (pid == 0) {
        execl(self, "conform", "--check-descriptors", text, NULL);
        _exit(99);
    }
    CHECK(closed >= 20 && status_of(pid) == 0);
    close(kept);
    close(closed);
}

static int check_descriptors(char **argv)
{
    CHECK(fcntl(atoi(argv[2]), F_GETFD) == 0);
    for (int fd = 20; fd < 40; fd++)
        FAILS(fcntl(fd, F_GETFD), EBADF);
    sigset_t mask;
    sigprocmask(SIG_BLOCK, NULL, &mask);
    return nr_failed != 0;
}

static void spawned(void)
{
    pid_t pid;
    char *argv[] = {"sh", "-c", "exit 4", NULL};
    CHECK(posix_spawn(&pid, "/bin/sh", NULL, NULL, argv, environ) == 0 && status_of(pid) == 4 << 8);
    CHECK(system("exit 6") == 6 << 8);
}

static void scripts(void)
{
    int fd = open("/tmp/conform-script", O_WRONLY | O_CREAT | O_TRUNC, 0755);
    static const char text[] = "#!/bin/sh -e\nfalse $1\nexit 0\n";
    CHECK(write(fd, text, sizeof text - 1) == sizeof text - 1);
    close(fd);
    pid_t pid = fork();
    if (pid == 0) {
        execl("/tmp/conform-script", "x", "y", NULL);
        _exit(99);
    }
    CHECK(status_of(pid) == 1 << 8);
    unlink("/tmp/conform-script");
}

static void waiting(void)
{
    siginfo_t info;
    int status;
    struct rusage usage;
    pid_t pid = fork();
    if (pid == 0)
        _exit(9);
    memset(&info, 0, sizeof info);
    CHECK(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == 0 && info.si_pid == pid && info.si_status == 9 &&
          info.si_code == CLD_EXITED && info.si_signo == SIGCHLD);
    CHECK(wait4(-1, &status, 0, &usage) == pid && status == 9 << 8);
    FAILS(waitpid(pid, NULL, 0), ECHILD);
    FAILS(waitid(P_ALL, 0, &info, 0), EINVAL);
    pid = fork();
    if (pid == 0) {
        pause();
        _exit(0);
    }
    CHECK(waitpid(pid, &status, WNOHANG) == 0);
    CHECK(kill(pid, SIGKILL) == 0 && status_of(pid) == SIGKILL);
}

static void groups_and_sessions(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        pid_t me = getpid();
        CHECK(setpgid(0, 0) == 0 && getpgrp() == me);
        FAILS(setsid(), EPERM);
        pid_t child = fork();
        if (child == 0) {
            CHECK(setsid() == getpid() && getsid(0) == getpid() && getpgid(0) == getpid());
            _exit(nr_failed != 0);
        }
        CHECK(status_of(child) == 0);
        FAILS(getpgid(0x3ffffff), ESRCH);
        _exit(nr_failed != 0);
    }
    CHECK(status_of(pid) == 0);
}

static void identities(void)
{
    uid_t r, e, s;
    CHECK(getuid() != (uid_t)-1 && getresuid(&r, &e, &s) == 0 && r == getuid() && e == geteuid());
    CHECK(getgroups(0, NULL) >= 0);
    pid_t pid = fork();
    if (pid == 0) {
        if (geteuid() == 0) {
            gid_t list[3] = {5, 6, 7}, got[3];
            CHECK(setgroups(3, list) == 0 && getgroups(3, got) == 3 && got[2] == 7);
            CHECK(setgid(100) == 0 && setuid(1000) == 0 && getuid() == 1000 && geteuid() == 1000 && getegid() == 100);
            FAILS(setuid(0), EPERM);
            FAILS(sethostname("x", 1), EPERM);
        }
        _exit(nr_failed != 0);
    }
    CHECK(status_of(pid) == 0);
}

static void memory(void)
{
    char *brk = (char *)syscall(SYS_brk, 0);
    CHECK((char *)syscall(SYS_brk, brk + 8192) == brk + 8192 && (brk[8191] = 1));
    CHECK((char *)syscall(SYS_brk, brk) == brk && (char *)syscall(SYS_brk, -1l) == brk);
    char *p = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(p != MAP_FAILED && munmap(p + 4096, 4096) == 0);
    p[0] = p[8192] = 3;
    CHECK(mmap(p + 4096, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == p + 4096 && p[4096] == 0);
    FAILS(mmap(p, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0), EEXIST);
    p = mremap(p, 4096, 16 * 4096, MREMAP_MAYMOVE);
    CHECK(p != MAP_FAILED && p[0] == 3 && p[15 * 4096] == 0);
    CHECK(madvise(p, 4096, MADV_DONTNEED) == 0 && p[0] == 0);
    FAILS(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), EINVAL);
    FAILS(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 77, 0), EBADF);
    FAILS(mmap(NULL, 4096, PROT_READ, MAP_ANONYMOUS, -1, 0), EINVAL);
    FAILS(munmap((void *)1, 4096), EINVAL);
    FAILS(munmap((void *)0x800000000000, 4096), EINVAL);
    FAILS(mprotect((void *)0x10000000000, 4096, PROT_READ), ENOMEM);
    FAILS(syscall(SYS_mmap, 0x800000000000, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0), ENOMEM);
    munmap(p, 16 * 4096);
}

static void limits_and_times(void)
{
    struct rlimit limit;
    struct rusage usage;
    struct tms tms;
    struct timespec a, b, c;
    struct timeval tv;
    CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= 256);
    FAILS(getrlimit((int)99, &limit), EINVAL);
    pid_t pid = fork();
    if (pid == 0) {
        limit.rlim_cur = 10;
        CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0 && getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == 10);
        int fd;
        while ((fd = dup(1)) >= 0 && fd < 100) {
        }
        CHECK(fd < 0);
        FAILS(dup(1), EMFILE);
        FAILS(dup2(1, 50), EBADF);
        _exit(nr_failed != 0);
    }
    CHECK(status_of(pid) == 0);
    CHECK(getrusage(RUSAGE_SELF, &usage) == 0 && times(&tms) != -1);
    CHECK(clock_gettime(CLOCK_MONOTONIC, &a) == 0 && syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &b) == 0 &&
          clock_gettime(CLOCK_MONOTONIC, &c) == 0);
    CHECK(a.tv_sec * 1000000000l + a.tv_nsec <= b.tv_sec * 1000000000l + b.tv_nsec &&
          b.tv_sec * 1000000000l + b.tv_nsec <= c.tv_sec * 1000000000l + c.tv_nsec);
    CHECK(clock_gettime(CLOCK_REALTIME, &a) == 0 && gettimeofday(&tv, NULL) == 0 && tv.tv_sec - a.tv_sec <= 1);
    CHECK(a.tv_sec > 1600000000);
    CHECK(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a) == 0);
    FAILS(clock_gettime(77, &a), EINVAL);
    struct timespec pause_time = {0, 30000000};
    clock_gettime(CLOCK_MONOTONIC, &a);
    CHECK(nanosleep(&pause_time, NULL) == 0);
    clock_gettime(CLOCK_MONOTONIC, &b);
    CHECK((b.tv_sec - a.tv_sec) * 1000000000l + b.tv_nsec - a.tv_nsec >= 30000000);
    b.tv_nsec += 10000000;
    if (b.tv_nsec >= 1000000000)
        b.tv_sec++, b.tv_nsec -= 1000000000;
    CHECK(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &b, NULL) == 0);
}

static void odds_and_ends(void)
{
    struct utsname name;
    struct sysinfo info;
    cpu_set_t set;
    char random[64] = {0};
    CHECK(uname(&name) == 0 && !strcmp(name.sysname, "Linux"));
    CHECK(sysinfo(&info) == 0 && info.totalram > 0);
    CHECK(sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) >= 1);
    CHECK(syscall(SYS_getrandom, random, sizeof random, 0) == sizeof random);
    int zeros = 0;
    for (unsigned i = 0; i < sizeof random; i++)
        zeros += random[i] == 0;
    CHECK(zeros < 8);
    CHECK(getpriority(PRIO_PROCESS, 0) == 0);
    CHECK(sched_yield() == 0);
    FAILS(syscall(9999), ENOSYS);
    FAILS(syscall(-1), ENOSYS);
    CHECK(syscall(SYS_set_tid_address, NULL) == getpid() && syscall(SYS_gettid) == getpid());
    uint32_t word = 5;
    struct timespec soon = {0, 1000000};
    FAILS(syscall(SYS_futex, &word, 0, 4, NULL), EAGAIN);
    FAILS(syscall(SYS_futex, &word, 128, 5, &soon), ETIMEDOUT);
    CHECK(syscall(SYS_futex, &word, 1, 1) == 0);
    FAILS(syscall(SYS_futex, 1, 0, 0, NULL), EINVAL);
}

int main(int argc, char **argv)
{
    static char path[4096];
    self = readlink("/proc/self/exe", path, sizeof path - 1) > 0 ? path : argv[0];
    if (argc > 1 && !strcmp(argv[1], "--check-arguments"))
        return check_arguments(argc, argv);
    if (argc > 1 && !strcmp(argv[1], "--check-descriptors"))
        return check_descriptors(argv);
    RUN(fork_copies);
    RUN(exec_passes_arguments);
    RUN(exec_keeps_and_closes);
    RUN(spawned);
    RUN(scripts);
    RUN(waiting);
    RUN(groups_and_sessions);
    RUN(identities);
    RUN(memory);
    RUN(limits_and_times);
    RUN(odds_and_ends);
    puts(nr_failed ? "failed" : "passed");
    return nr_failed != 0;
}
