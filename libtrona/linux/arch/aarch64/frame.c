// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Signal frames as Linux lays them out for aarch64: a frame record, below it struct rt_sigframe with the vector state in
// the context's reserved bytes.

#include "fpu.h"
#include "layer.h"

#include "trona/string.h"

#define STACK_ALIGNMENT 16

extern const char vdso_start[];

struct frame_record {
    word_t fp, lr;
};

static_assert(offsetof(struct lx_ucontext, mcontext) == 176, "as Linux");
static_assert(offsetof(struct lx_mcontext, reserved) == 288, "as Linux");

static void regs_to_mcontext(const struct regs *r, struct lx_mcontext *m)
{
    memcpy(m->regs, r->x, sizeof m->regs);
    m->sp = r->sp;
    m->pc = r->pc;
    m->pstate = r->pstate;
}

static void save_vectors(struct lx_mcontext *m)
{
    // A terminator (magic 0, size 0) follows: the rest is zero.
    struct lx_fpsimd_context *f = (struct lx_fpsimd_context *)m->reserved;
    f->magic = LX_FPSIMD_MAGIC;
    f->size = sizeof *f;
    f->fpsr = (uint32_t)fpu_get_fpsr();
    f->fpcr = (uint32_t)fpu_get_fpcr();
    fpu_save(f->vregs);
}

static void build(const struct thread *t, const struct lx_siginfo *info, word_t mask, struct lx_rt_sigframe *f)
{
    memset(f, 0, sizeof *f);
    f->info = *info;
    f->uc.stack = t->altstack;
    f->uc.stack.ss_flags = altstack_flags(t);
    f->uc.sigmask = mask;
    f->uc.mcontext.fault_address = t->fault.address;
    regs_to_mcontext(&t->regs, &f->uc.mcontext);
    save_vectors(&f->uc.mcontext);
}

long frame_push(struct thread *t, const struct lx_sigaction *action, const struct lx_siginfo *info, word_t mask)
{
    struct regs *r = &t->regs;
    struct lx_rt_sigframe f;
    struct frame_record record = {r->x[29], r->x[30]};
    word_t at = (frame_stack(t, action, r->sp) - sizeof record) & ~(STACK_ALIGNMENT - 1ul);
    word_t sp = (at - sizeof f) & ~(STACK_ALIGNMENT - 1ul);
    if (is_on_altstack(t, r->sp) && !is_on_altstack(t, sp)) // the alternate stack overflowed
        return -LX_EFAULT;
    build(t, info, mask, &f);
    if (put_user(&record, at) || put_user(&f, sp))
        return -LX_EFAULT;
    r->x[0] = (word_t)info->signo;
    r->x[1] = sp + offsetof(struct lx_rt_sigframe, info);
    r->x[2] = sp + offsetof(struct lx_rt_sigframe, uc);
    r->x[29] = at;
    r->x[30] = action->flags & LX_SA_RESTORER ? action->restorer : (word_t)vdso_start + VDSO_TEXT;
    r->sp = sp;
    r->pc = action->handler;
    return 0;
}

static long restore_vectors(word_t from)
{
    struct lx_fpsimd_context f;
    if (get_user(&f, from) || f.magic != LX_FPSIMD_MAGIC || f.size != sizeof f)
        return -LX_EFAULT;
    fpu_restore(f.vregs);
    fpu_set_fpsr(f.fpsr);
    fpu_set_fpcr(f.fpcr);
    return 0;
}

// What the frame holds up to the vector state.
struct frame_head {
    struct lx_siginfo info;
    uint8_t uc[offsetof(struct lx_ucontext, mcontext) + offsetof(struct lx_mcontext, reserved)];
};

long frame_pop(struct thread *t, word_t *mask, struct lx_sigaltstack *altstack)
{
    struct frame_head head;
    struct regs *r = &t->regs;
    word_t frame = r->sp;
    if (frame % STACK_ALIGNMENT || get_user(&head, frame) || restore_vectors(frame + sizeof head))
        return -LX_EFAULT;
    const struct lx_ucontext *uc = (const struct lx_ucontext *)head.uc;
    const struct lx_mcontext *m = &uc->mcontext;
    memcpy(r->x, m->regs, sizeof r->x);
    r->sp = m->sp;
    r->pc = m->pc;
    r->pstate = (r->pstate & ~USER_FLAGS) | (m->pstate & USER_FLAGS);
    *mask = uc->sigmask;
    *altstack = uc->stack;
    return 0;
}
