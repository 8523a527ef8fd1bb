// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Two processes, each bound to a CPU of its own, are busy at the same time: prints how much CPU time the one that got less had,
// in percent of the time that passed for it. Near 100 if they ran in parallel; at most 50 on one CPU.

#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_SECOND 1000000000ll
#define NR_CHILDREN 2
#define FIRST_CPU 1 // the servers are on CPU 0
#define DURATION_NS (NS_PER_SECOND / 2)

static struct shared {
    _Atomic int nr_arrived;
    int percent[NR_CHILDREN];
} *shared;

static long long now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts); // without a system call
    return ts.tv_sec * NS_PER_SECOND + ts.tv_nsec;
}

static long long used(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_utime.tv_sec * NS_PER_SECOND + usage.ru_utime.tv_usec * 1000ll;
}

static void be_busy(int number)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(FIRST_CPU + number, &set);
    if (sched_setaffinity(0, sizeof set, &set))
        _exit(1);
    shared->nr_arrived++;
    while (shared->nr_arrived < NR_CHILDREN)
        sched_yield();
    long long used_before = used(), start = now(), end;
    while ((end = now()) < start + DURATION_NS)
        ;
    shared->percent[number] = (int)((used() - used_before) * 100 / (end - start));
    _exit(sched_getcpu() == FIRST_CPU + number ? 0 : 2);
}

int main(void)
{
    int status, least = 100;
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return 1;
    for (int i = 0; i < NR_CHILDREN; i++)
        if (fork() == 0)
            be_busy(i);
    for (int i = 0; i < NR_CHILDREN; i++)
        if (wait(&status) < 0 || status)
            return 1;
    for (int i = 0; i < NR_CHILDREN; i++)
        least = shared->percent[i] < least ? shared->percent[i] : least;
    printf("%d\n", least);
    return 0;
}
