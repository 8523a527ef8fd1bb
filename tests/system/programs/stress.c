// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Processes that fork, call exec, map, unmap, change CPU, and are stopped, continued and killed, all at random. "stress SEED
// SECONDS" prints "done" if everything was as it should be.

#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NR_CHILDREN 6
#define ROUNDS 6 // of a child
#define PAGES 16
#define PAGE 4096

static unsigned random_state;

static unsigned pick(unsigned limit)
{
    random_state = random_state * 1664525 + 1013904223;
    return (random_state >> 16) % limit;
}

static void fail(const char *what)
{
    printf("failed: %s: %s\n", what, strerror(errno));
    fflush(stdout);
    _exit(1);
}

static void change_cpu(void)
{
    cpu_set_t set;
    long nr = sysconf(_SC_NPROCESSORS_CONF);
    int cpu = (int)pick((unsigned)nr);
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set))
        fail("sched_setaffinity");
    if (sched_getcpu() != cpu)
        fail("not on the CPU that was asked for");
}

// Pages are written before a fork and must be the parent's own in the parent, and copies in the child.
static void copy_on_write(void)
{
    unsigned char *p = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int status;
    if (p == MAP_FAILED)
        fail("mmap");
    for (int i = 0; i < PAGES; i++)
        p[i * PAGE] = (unsigned char)i;
    pid_t child = fork();
    for (int i = 0; i < PAGES; i++)
        p[i * PAGE] += child ? 1 : 2;
    for (int i = 0; i < PAGES; i++)
        if (p[i * PAGE] != i + (child ? 1 : 2))
            fail("a page is not its process's own");
    if (child == 0)
        _exit(7);
    if (child < 0 || waitpid(child, &status, 0) != child || status != 7 << 8)
        fail("fork and wait");
    if (munmap(p, PAGES * PAGE))
        fail("munmap");
}

static void run_program(char *self)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        execl(self, self, "leaf", NULL);
        _exit(9);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 3 << 8)
        fail("exec");
}

// What is written to a pipe by a process that has been waited for is there, and then the end.
static void pipe_to_parent(void)
{
    int ends[2], status;
    char text[4];
    if (pipe(ends))
        fail("pipe");
    pid_t child = fork();
    if (child == 0)
        _exit(write(ends[1], "abc", 3) != 3);
    close(ends[1]);
    if (child < 0 || waitpid(child, &status, 0) != child || status || read(ends[0], text, 4) != 3 ||
        read(ends[0], text, 4) != 0)
        fail("pipe to the parent");
    close(ends[0]);
}

static void be_child(char *self)
{
    for (int i = 0; i < ROUNDS; i++)
        switch (pick(4)) {
        case 0: change_cpu(); break;
        case 1: copy_on_write(); break;
        case 2: run_program(self); break;
        default: pipe_to_parent(); break;
        }
    _exit(0);
}

static pid_t start(char *self)
{
    unsigned seed = pick(65536);
    pid_t child = fork();
    if (child < 0)
        fail("fork");
    if (child == 0) {
        random_state = seed;
        be_child(self);
    }
    return child;
}

// Stops, continues or kills a child, looking at what wait says. A child may be done before.
static pid_t disturb(char *self, pid_t child)
{
    int status;
    bool is_killed = pick(3) == 0;
    if (kill(child, is_killed ? SIGKILL : SIGSTOP))
        fail("kill");
    if (waitpid(child, &status, WUNTRACED) != child)
        fail("waitpid");
    if (WIFSTOPPED(status)) {
        if (kill(child, SIGCONT))
            fail("kill");
        return child;
    }
    if (!(WIFEXITED(status) && WEXITSTATUS(status) == 0) && !(is_killed && WIFSIGNALED(status)))
        fail("a child's end");
    return start(self);
}

int main(int argc, char **argv)
{
    pid_t children[NR_CHILDREN];
    if (argc == 2)
        return 3; // the leaf
    random_state = (unsigned)atoi(argv[1]);
    int status;
    time_t end = time(NULL) + atoi(argv[2]);
    for (int i = 0; i < NR_CHILDREN; i++)
        children[i] = start(argv[0]);
    while (time(NULL) < end) {
        unsigned n = pick(NR_CHILDREN);
        children[n] = disturb(argv[0], children[n]);
        change_cpu();
        copy_on_write();
    }
    for (int i = 0; i < NR_CHILDREN; i++)
        if (waitpid(children[i], &status, 0) != children[i] || status)
            fail("the last children");
    puts("done");
    return 0;
}
