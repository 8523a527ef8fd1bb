// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// A signal that is sent by another CPU while its target unblocks it must arrive, though the target makes no system call
// afterwards. "sigmask ROUNDS" prints "lost N".

#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_S 5

static volatile sig_atomic_t nr_taken;
static _Atomic long *turn; // shared: rounds that the target has begun

static void take(int signal)
{
    (void)signal;
    nr_taken++;
}

static void bind_to(int cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set))
        _exit(1);
}

static void send_all(pid_t target, long rounds)
{
    bind_to(2);
    for (long i = 1; i <= rounds; i++) {
        while (*turn < i)
            ;
        kill(target, SIGUSR1);
    }
    _exit(0);
}

int main(int argc, char **argv)
{
    long rounds = argc > 1 ? atol(argv[1]) : 100, lost = 0;
    sigset_t set;
    turn = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (turn == MAP_FAILED)
        return 1;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    signal(SIGUSR1, take);
    pid_t target = getpid();
    bind_to(1);
    if (fork() == 0)
        send_all(target, rounds);
    for (long i = 1; i <= rounds; i++) {
        sigprocmask(SIG_BLOCK, &set, NULL);
        *turn = i;
        for (volatile int pause = 0; pause < i % 64 * 100; pause++)
            ;
        sigprocmask(SIG_UNBLOCK, &set, NULL);
        struct timespec ts;
        clock_gettime(CLOCK_MONOTONIC, &ts);
        time_t end = ts.tv_sec + PATIENCE_S;
        while (nr_taken < i - lost && ts.tv_sec < end)
            clock_gettime(CLOCK_MONOTONIC, &ts); // no system call
        lost += nr_taken < i - lost;
    }
    wait(NULL);
    printf("lost %ld\n", lost);
    return 0;
}
