// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Signal frames as Linux lays them out for x86_64: below the red zone the extended state (XSAVE's format with Linux's
// marks in its software bytes), below that struct rt_sigframe, so that the handler finds the stack as after a CALL.

#include "fpu.h"
#include "layer.h"

#include "trona/string.h"

#define RED_ZONE 128
#define USER_CS 0x33 // what Linux shows
#define USER_SS 0x2b
#define FLAG_TF 0x100ul
#define FLAG_DF 0x400ul
#define FLAG_RF 0x10000ul
#define CALL_ALIGNMENT 16

static long push_fpu(word_t *sp)
{
    struct fpu_state s;
    uint64_t components;
    uint32_t bytes = fpu_state_bytes(&components);
    uint32_t magic2 = LX_FP_XSTATE_MAGIC2;
    word_t dest = (*sp - bytes - sizeof magic2) & ~63ul;
    fpu_save(&s);
    if (components) {
        struct lx_fp_sw_reserved mark = {.magic1 = LX_FP_XSTATE_MAGIC1,
                                         .extended_size = bytes + sizeof magic2,
                                         .xfeatures = components,
                                         .xstate_size = bytes};
        memcpy(s.area + FXSAVE_SW_RESERVED, &mark, sizeof mark);
        if (put_user(&magic2, dest + bytes))
            return -LX_EFAULT;
    }
    *sp = dest;
    return copy_to_user(dest, s.area, bytes);
}

static void regs_to_mcontext(const struct regs *r, struct lx_mcontext *m)
{
    m->r8 = r->r8, m->r9 = r->r9, m->r10 = r->r10, m->r11 = r->r11;
    m->r12 = r->r12, m->r13 = r->r13, m->r14 = r->r14, m->r15 = r->r15;
    m->rdi = r->rdi, m->rsi = r->rsi, m->rbp = r->rbp, m->rbx = r->rbx;
    m->rdx = r->rdx, m->rax = r->rax, m->rcx = r->rcx, m->rsp = r->rsp;
    m->rip = r->rip, m->eflags = r->rflags;
    m->cs = USER_CS, m->ss = USER_SS;
}

static void mcontext_to_regs(const struct lx_mcontext *m, struct regs *r)
{
    r->r8 = m->r8, r->r9 = m->r9, r->r10 = m->r10, r->r11 = m->r11;
    r->r12 = m->r12, r->r13 = m->r13, r->r14 = m->r14, r->r15 = m->r15;
    r->rdi = m->rdi, r->rsi = m->rsi, r->rbp = m->rbp, r->rbx = m->rbx;
    r->rdx = m->rdx, r->rax = m->rax, r->rcx = m->rcx, r->rsp = m->rsp;
    r->rip = m->rip;
    r->rflags = (r->rflags & ~USER_FLAGS) | (m->eflags & USER_FLAGS);
}

long frame_push(struct thread *t, const struct lx_sigaction *action, const struct lx_siginfo *info, word_t mask)
{
    struct regs *r = &t->regs;
    struct lx_rt_sigframe f;
    word_t sp = frame_stack(t, action, r->rsp);
    if (!(action->flags & LX_SA_RESTORER))
        return -LX_EFAULT;
    if (sp == r->rsp)
        sp -= RED_ZONE;
    if (push_fpu(&sp))
        return -LX_EFAULT;
    memset(&f, 0, sizeof f);
    f.pretcode = action->restorer;
    f.info = *info;
    f.uc.flags = LX_UC_FP_XSTATE | LX_UC_SIGCONTEXT_SS | LX_UC_STRICT_RESTORE_SS;
    f.uc.stack = t->altstack;
    f.uc.stack.ss_flags = altstack_flags(t);
    f.uc.sigmask = mask;
    regs_to_mcontext(r, &f.uc.mcontext);
    f.uc.mcontext.err = t->fault.code;
    f.uc.mcontext.trapno = t->fault.number;
    f.uc.mcontext.cr2 = t->fault.address;
    f.uc.mcontext.oldmask = mask;
    f.uc.mcontext.fpstate = sp;
    sp = ((sp - sizeof f) & ~(CALL_ALIGNMENT - 1ul)) - sizeof f.pretcode;
    if (is_on_altstack(t, r->rsp) && !is_on_altstack(t, sp)) // the alternate stack overflowed
        return -LX_EFAULT;
    if (put_user(&f, sp))
        return -LX_EFAULT;
    r->rsp = sp;
    r->rip = action->handler;
    r->rax = 0;
    r->rdi = (word_t)info->signo;
    r->rsi = sp + offsetof(struct lx_rt_sigframe, info);
    r->rdx = sp + offsetof(struct lx_rt_sigframe, uc);
    r->rflags &= ~(FLAG_TF | FLAG_DF | FLAG_RF);
    return 0;
}

static long pop_fpu(word_t from)
{
    struct fpu_state s;
    struct lx_fp_sw_reserved mark;
    uint32_t magic2;
    uint64_t components = XSAVE_COMPONENTS & 3; // x87 and SSE, if the frame holds no more
    if (!from) {
        fpu_reset();
        return 0;
    }
    memset(&s, 0, sizeof s);
    if (copy_from_user(s.area, from, FXSAVE_BYTES))
        return -LX_EFAULT;
    memcpy(&mark, s.area + FXSAVE_SW_RESERVED, sizeof mark);
    if (mark.magic1 == LX_FP_XSTATE_MAGIC1 && mark.xstate_size == XSAVE_BYTES &&
        get_user(&magic2, from + XSAVE_BYTES) == 0 && magic2 == LX_FP_XSTATE_MAGIC2) {
        if (copy_from_user(s.area, from, XSAVE_BYTES))
            return -LX_EFAULT;
    } else {
        memcpy(s.area + FXSAVE_BYTES, &components, sizeof components);
    }
    fpu_restore(&s);
    return 0;
}

long frame_pop(struct thread *t, word_t *mask, struct lx_sigaltstack *altstack)
{
    struct lx_ucontext uc;
    word_t frame = t->regs.rsp - sizeof(word_t); // RET has taken pretcode
    if (get_user(&uc, frame + offsetof(struct lx_rt_sigframe, uc)) || pop_fpu(uc.mcontext.fpstate))
        return -LX_EFAULT;
    mcontext_to_regs(&uc.mcontext, &t->regs);
    *mask = uc.sigmask;
    *altstack = uc.stack;
    return 0;
}
