// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
//
// sweep FIRST LAST ARGUMENT: makes every system call with a number in that range, all six arguments being
// ARGUMENT, and does not care what comes of it. A child does the calls and may die of one, or wait too long
// in one; the parent starts another behind it. Prints "swept" when the range is done.

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static long raw_call(long number, long argument)
{
#if defined(__x86_64__)
    long result;
    register long r10 __asm__("r10") = argument;
    register long r8 __asm__("r8") = argument;
    register long r9 __asm__("r9") = argument;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(argument), "S"(argument), "d"(argument), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
#else
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = argument;
    register long x1 __asm__("x1") = argument;
    register long x2 __asm__("x2") = argument;
    register long x3 __asm__("x3") = argument;
    register long x4 __asm__("x4") = argument;
    register long x5 __asm__("x5") = argument;
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
#endif
}

static long current_pid(void)
{
#if defined(__x86_64__)
    return raw_call(39, 0);
#else
    return raw_call(172, 0);
#endif
}

// In a child: the calls from *next on. *next is in shared memory and says how far it came.
static void make_calls(volatile long *next, long last, long argument)
{
    long self = current_pid();
    while (*next <= last) {
        long number = (*next)++;
        alarm(1);
        raw_call(number, argument);
        if (current_pid() != self) {
            _exit(0); // a fork of some kind
        }
    }
    _exit(0);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        return 2;
    }
    volatile long *next = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (next == MAP_FAILED) {
        perror("mmap");
        return 1;
    }
    *next = atol(argv[1]);
    long last = atol(argv[2]);
    signal(SIGCHLD, SIG_DFL);
    while (*next <= last) {
        pid_t child = fork();
        if (child < 0) {
            perror("fork");
            return 1;
        }
        if (child == 0) {
            setsid();
            make_calls(next, last, strtol(argv[3], 0, 0));
        }
        while (waitpid(child, 0, 0) < 0) {
        }
    }
    puts("swept");
    return 0;
}
