// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// x86_64's signal frames, on an x86_64 host.

#include <string.h>

#include "../layer.h"

#include "unit.h"
#include "user_copy.h"

#define STACK ((word_t)user_area + 0x4000)

static bool is_on_alternate;

word_t frame_stack(const struct thread *t, const struct lx_sigaction *action, word_t sp)
{
    return action->flags & LX_SA_ONSTACK ? t->altstack.ss_sp + t->altstack.ss_size : sp;
}

bool is_on_altstack(const struct thread *t, word_t sp)
{
    return is_on_alternate && sp > t->altstack.ss_sp && sp - t->altstack.ss_sp <= t->altstack.ss_size;
}

uint32_t altstack_flags(const struct thread *t) { return t->altstack.ss_flags; }

static struct thread example(void)
{
    struct thread t;
    memset(&t, 0, sizeof t);
    word_t *r = (word_t *)&t.regs;
    for (size_t i = 0; i < sizeof t.regs / sizeof *r; i++)
        r[i] = 0x1000 + i;
    t.regs.rsp = STACK - 24;
    t.regs.rflags = 0x246;
    return t;
}

TEST(frame_pop_undoes_frame_push)
{
    struct thread t = example();
    struct regs before = t.regs;
    struct lx_sigaction action = {.handler = 0x400000, .flags = LX_SA_RESTORER | LX_SA_SIGINFO, .restorer = 0x500000};
    struct lx_siginfo info = {.signo = LX_SIGUSR1, .code = LX_SI_QUEUE, .value = 42};
    struct lx_sigaltstack altstack;
    word_t mask;
    CHECK(frame_push(&t, &action, &info, 0x55) == 0);
    CHECK(t.regs.rip == 0x400000 && t.regs.rdi == LX_SIGUSR1 && t.regs.rsp % 16 == 8);
    CHECK(t.regs.rsp < before.rsp - 128 && *(word_t *)t.regs.rsp == 0x500000);
    CHECK(((struct lx_siginfo *)t.regs.rsi)->value == 42);
    struct lx_ucontext *uc = (struct lx_ucontext *)t.regs.rdx;
    CHECK(uc->mcontext.rip == before.rip && uc->sigmask == 0x55 && uc->mcontext.fpstate % 64 == 0);
    t.regs.rsp += 8; // RET
    CHECK(frame_pop(&t, &mask, &altstack) == 0);
    CHECK(!memcmp(&t.regs, &before, sizeof before) && mask == 0x55);
}

TEST(frame_goes_to_the_alternate_stack)
{
    struct thread t = example();
    struct lx_sigaction action = {.flags = LX_SA_RESTORER | LX_SA_ONSTACK};
    struct lx_siginfo info = {.signo = LX_SIGSEGV};
    t.altstack = (struct lx_sigaltstack){.ss_sp = (word_t)user_area + 0x5000, .ss_size = 0x1000};
    CHECK(frame_push(&t, &action, &info, 0) == 0);
    CHECK(t.regs.rsp > t.altstack.ss_sp && t.regs.rsp < t.altstack.ss_sp + t.altstack.ss_size);
}

TEST(frame_on_an_unmapped_stack_fails)
{
    struct thread t = example();
    struct lx_sigaction action = {.flags = LX_SA_RESTORER};
    struct lx_siginfo info = {.signo = LX_SIGUSR1};
    t.regs.rsp = (word_t)UNMAPPED + 2048;
    struct regs before = t.regs;
    CHECK(frame_push(&t, &action, &info, 0) == -LX_EFAULT);
    CHECK(!memcmp(&t.regs, &before, sizeof before));
}

TEST(frame_without_restorer_fails)
{
    struct thread t = example();
    struct lx_sigaction action = {0};
    struct lx_siginfo info = {.signo = LX_SIGUSR1};
    CHECK(frame_push(&t, &action, &info, 0) == -LX_EFAULT);
}

TEST(frame_from_the_program_cannot_set_system_flags)
{
    struct thread t = example();
    struct lx_sigaction action = {.flags = LX_SA_RESTORER};
    struct lx_siginfo info = {.signo = LX_SIGUSR1};
    struct lx_sigaltstack altstack;
    word_t mask;
    CHECK(frame_push(&t, &action, &info, 0) == 0);
    ((struct lx_ucontext *)t.regs.rdx)->mcontext.eflags = ~0ul;
    t.regs.rsp += 8;
    CHECK(frame_pop(&t, &mask, &altstack) == 0);
    CHECK((t.regs.rflags & ~USER_FLAGS) == (0x246 & ~USER_FLAGS));
}
