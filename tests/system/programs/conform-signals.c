// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "conform.h"

static volatile sig_atomic_t count, last_signal;
static volatile siginfo_t last_info;

static void handler(int signal, siginfo_t *info, void *context)
{
    (void)context;
    count++;
    last_signal = signal;
    last_info = *info;
}

static void catch (int signal, int flags)
{
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags};
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, NULL);
    count = 0;
}

// A signal of the timer in 20 ms.
static void alarm_soon(void)
{
    struct itimerval timer = {.it_value = {0, 20000}};
    setitimer(ITIMER_REAL, &timer, NULL);
}

static void kill_oneself(void)
{
    catch (SIGUSR1, 0);
    CHECK(kill(getpid(), SIGUSR1) == 0 && count == 1 && last_signal == SIGUSR1);
    CHECK(last_info.si_pid == getpid() && last_info.si_code == SI_USER && last_info.si_uid == getuid());
    CHECK(raise(SIGUSR1) == 0 && count == 2);
    FAILS(kill(getpid(), 65), EINVAL);
    FAILS(kill(0x3ffffff, 0), ESRCH);
    CHECK(kill(getpid(), 0) == 0);
}

static void blocked_signals_wait(void)
{
    sigset_t set, old, pending;
    catch (SIGUSR2, 0);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    CHECK(sigprocmask(SIG_BLOCK, &set, &old) == 0);
    kill(getpid(), SIGUSR2);
    kill(getpid(), SIGUSR2);
    CHECK(count == 0 && sigpending(&pending) == 0 && sigismember(&pending, SIGUSR2));
    CHECK(sigprocmask(SIG_SETMASK, &old, NULL) == 0 && count == 1);
}

static void realtime_signals_queue(void)
{
    sigset_t set;
    siginfo_t info;
    int signal = SIGRTMIN + 3;
    catch (signal, 0);
    sigemptyset(&set);
    sigaddset(&set, signal);
    sigprocmask(SIG_BLOCK, &set, NULL);
    for (int i = 1; i <= 3; i++)
        CHECK(sigqueue(getpid(), signal, (union sigval){.sival_int = i}) == 0);
    CHECK(sigwaitinfo(&set, &info) == signal && info.si_value.sival_int == 1 && info.si_code == SI_QUEUE);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    CHECK(count == 2 && last_info.si_value.sival_int == 3);
}

static void waiting_for_a_signal(void)
{
    sigset_t set;
    siginfo_t info;
    struct timespec soon = {0, 1000000};
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    FAILS(sigtimedwait(&set, &info, &soon), EAGAIN);
    alarm_soon();
    CHECK(sigwaitinfo(&set, &info) == SIGALRM);
    if (fork() == 0)
        _exit(3);
    CHECK(sigwaitinfo(&set, &info) == SIGCHLD && info.si_code == CLD_EXITED && info.si_status == 3);
    wait(NULL);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void interrupted_calls(void)
{
    int fds[2];
    char byte;
    struct timespec long_time = {5, 0}, left = {0, 0};
    struct pollfd pfd;
    CHECK(pipe(fds) == 0);
    catch (SIGALRM, 0);
    alarm_soon();
    FAILS(read(fds[0], &byte, 1), EINTR);
    CHECK(count == 1);
    alarm_soon();
    pfd = (struct pollfd){fds[0], POLLIN, 0};
    FAILS(poll(&pfd, 1, -1), EINTR);
    alarm_soon();
    FAILS(nanosleep(&long_time, &left), EINTR);
    CHECK(left.tv_sec == 4 && left.tv_nsec > 0);
    alarm_soon();
    FAILS(pause(), EINTR);
    CHECK(count == 4);
    close(fds[0]);
    close(fds[1]);
}

static int wake_pipe[2];

static void write_byte(int signal)
{
    (void)signal;
    count++;
    if (write(wake_pipe[1], "x", 1) != 1)
        _exit(9);
}

static void restarted_calls(void)
{
    char byte = 0;
    struct sigaction action = {.sa_handler = write_byte, .sa_flags = SA_RESTART};
    CHECK(pipe(wake_pipe) == 0);
    sigaction(SIGALRM, &action, NULL);
    count = 0;
    alarm_soon();
    CHECK(read(wake_pipe[0], &byte, 1) == 1 && byte == 'x' && count == 1);
    struct timespec time = {5, 0};
    alarm_soon();
    FAILS(nanosleep(&time, NULL), EINTR); // sleeping never restarts
    close(wake_pipe[0]);
    close(wake_pipe[1]);
}

static void suspended_with_a_mask(void)
{
    sigset_t set, none, now;
    catch (SIGALRM, 0);
    sigemptyset(&none);
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    alarm_soon();
    FAILS(sigsuspend(&none), EINTR);
    CHECK(count == 1);
    sigprocmask(SIG_BLOCK, NULL, &now);
    CHECK(sigismember(&now, SIGALRM));
    raise(SIGALRM);
    struct timespec second = {1, 0};
    FAILS(ppoll(NULL, 0, &second, &none), EINTR);
    CHECK(count == 2);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static sigjmp_buf jump;
static void *volatile fault_address;

static void fault_handler(int signal, siginfo_t *info, void *context)
{
    (void)context;
    last_signal = signal;
    last_info = *info;
    fault_address = info->si_addr;
    siglongjmp(jump, 1);
}

static void faults(void)
{
    struct sigaction action = {.sa_sigaction = fault_handler, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    sigaction(SIGFPE, &action, NULL);
    sigaction(SIGILL, &action, NULL);
    sigaction(SIGTRAP, &action, NULL);
    char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (sigsetjmp(jump, 1) == 0)
        *(volatile char *)(page + 5) = 1;
    CHECK(last_signal == SIGSEGV && last_info.si_code == SEGV_ACCERR && fault_address == page + 5);
    munmap(page, 4096);
    if (sigsetjmp(jump, 1) == 0)
        (void)*(volatile char *)(page + 7);
    CHECK(last_signal == SIGSEGV && last_info.si_code == SEGV_MAPERR && fault_address == page + 7);
    int fd = open("/tmp/conform-bus", O_RDWR | O_CREAT | O_TRUNC, 0600);
    page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (sigsetjmp(jump, 1) == 0)
        *(volatile char *)page = 1;
    CHECK(last_signal == SIGBUS && last_info.si_code == BUS_ADRERR);
    close(fd);
    unlink("/tmp/conform-bus");
    if (sigsetjmp(jump, 1) == 0)
        __builtin_trap();
    CHECK(last_signal == SIGILL || last_signal == SIGTRAP);
#ifdef __x86_64__
    if (sigsetjmp(jump, 1) == 0) {
        volatile int zero = 0;
        __asm__ volatile("idivl %0" : : "m"(zero), "a"(1), "d"(0));
    }
    CHECK(last_signal == SIGFPE && last_info.si_code == FPE_INTDIV);
#endif
    for (int i = 0; i < 32; i++)
        signal(i, SIG_DFL);
}

static char alternate[65536];
static volatile uintptr_t handler_sp;

static void stack_handler(int signal)
{
    char here;
    (void)signal;
    handler_sp = (uintptr_t)&here;
    siglongjmp(jump, 1);
}

static int overflow(int n)
{
    volatile char room[4096];
    room[0] = (char)n;
    return n > 0 ? overflow(n + 1) + room[0] : 0;
}

static void alternate_stack(void)
{
    stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate}, old;
    struct sigaction action = {.sa_handler = stack_handler, .sa_flags = SA_ONSTACK};
    CHECK(sigaltstack(&stack, NULL) == 0 && sigaltstack(NULL, &old) == 0 && old.ss_sp == alternate &&
          old.ss_flags == 0);
    sigaction(SIGSEGV, &action, NULL);
    if (sigsetjmp(jump, 1) == 0)
        overflow(1);
    CHECK(handler_sp > (uintptr_t)alternate && handler_sp < (uintptr_t)alternate + sizeof alternate);
    stack.ss_flags = SS_DISABLE;
    CHECK(sigaltstack(&stack, NULL) == 0);
    stack = (stack_t){.ss_sp = alternate, .ss_size = 100};
    FAILS(sigaltstack(&stack, NULL), ENOMEM);
    signal(SIGSEGV, SIG_DFL);
}

static volatile double noise;

static void spoil_vectors(int signal)
{
    (void)signal;
    double a = 1.5;
    for (int i = 0; i < 100; i++)
        a = a * 1.01 + i;
    noise = a;
    count++;
}

// A handler that computes must not disturb the computation it interrupts.
static void vector_state_survives(void)
{
    struct itimerval timer = {{0, 1000}, {0, 1000}}, off = {{0, 0}, {0, 0}};
    signal(SIGALRM, spoil_vectors);
    count = 0;
    double wanted = 0, got;
    for (int i = 0; i < 20000; i++)
        wanted = wanted * 0.999 + i * 1.25;
    setitimer(ITIMER_REAL, &timer, NULL);
    int rounds = 0, wrong = 0;
    while (count < 10 && rounds++ < 100000) {
        got = 0;
        for (int i = 0; i < 20000; i++)
            got = got * 0.999 + i * 1.25;
        wrong += got != wanted;
    }
    setitimer(ITIMER_REAL, &off, NULL);
    CHECK(count >= 10 && wrong == 0);
    signal(SIGALRM, SIG_DFL);
}

static void dispositions(void)
{
    int status, fds[2];
    CHECK(signal(SIGPIPE, SIG_IGN) != SIG_ERR && pipe(fds) == 0);
    close(fds[0]);
    FAILS(write(fds[1], "x", 1), EPIPE);
    pid_t pid = fork();
    if (pid == 0) {
        signal(SIGPIPE, SIG_DFL);
        if (write(fds[1], "x", 1) < 0)
            _exit(1);
        _exit(2);
    }
    CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE);
    close(fds[1]);
    struct sigaction action = {.sa_handler = SIG_DFL};
    FAILS(sigaction(SIGKILL, &action, NULL), EINVAL);
    struct sigaction once = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_RESETHAND};
    sigaction(SIGUSR1, &once, NULL);
    count = 0;
    raise(SIGUSR1);
    CHECK(sigaction(SIGUSR1, NULL, &once) == 0 && once.sa_handler == SIG_DFL && count == 1);
}

static void stop_and_continue(void)
{
    int status, fds[2];
    char byte;
    CHECK(pipe(fds) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        raise(SIGSTOP);
        _exit(read(fds[0], &byte, 1) == 1 ? 5 : 1); // not before the parent has seen it continue
    }
    CHECK(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
    CHECK(waitpid(pid, &status, WNOHANG | WUNTRACED) == 0);
    CHECK(kill(pid, SIGCONT) == 0);
    CHECK(waitpid(pid, &status, WCONTINUED) == pid && WIFCONTINUED(status));
    CHECK(write(fds[1], "x", 1) == 1);
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 5);
    close(fds[0]);
    close(fds[1]);
}

static void registers_at_a_handler(int signal, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    (void)signal;
    (void)info;
#ifdef __x86_64__
    uc->uc_mcontext.gregs[REG_RBX] = 77;
#else
    uc->uc_mcontext.regs[19] = 77;
#endif
}

static void contexts_can_be_changed(void)
{
    struct sigaction action = {.sa_sigaction = registers_at_a_handler, .sa_flags = SA_SIGINFO};
    long got;
    sigaction(SIGUSR1, &action, NULL);
    long pid = getpid();
#ifdef __x86_64__
    __asm__ volatile("movq $1, %%rbx; syscall; movq %%rbx, %0"
                     : "=r"(got)
                     : "a"(62), "D"(pid), "S"(SIGUSR1)
                     : "rbx", "rcx", "r11", "memory");
#else
    register long x0 __asm__("x0") = pid;
    register long x1 __asm__("x1") = SIGUSR1;
    register long x8 __asm__("x8") = 129;
    __asm__ volatile("mov x19, #1; svc #0; mov %0, x19" : "=r"(got), "+r"(x0) : "r"(x1), "r"(x8) : "x19", "memory");
#endif
    CHECK(got == 77);
    signal(SIGUSR1, SIG_DFL);
}

int main(int argc, char **argv)
{
    RUN(kill_oneself);
    RUN(blocked_signals_wait);
    RUN(realtime_signals_queue);
    RUN(waiting_for_a_signal);
    RUN(interrupted_calls);
    RUN(restarted_calls);
    RUN(suspended_with_a_mask);
    RUN(faults);
    RUN(alternate_stack);
    RUN(vector_state_survives);
    RUN(dispositions);
    RUN(stop_and_continue);
    RUN(contexts_can_be_changed);
    puts(nr_failed ? "failed" : "passed");
    return nr_failed != 0;
}
