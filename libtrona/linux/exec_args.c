// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "exec_args.h"

#include "trona/string.h"

#define MAX_STRING 0x20000ul   // as Linux
#define MAX_STRINGS 0x200000ul // a quarter of the usual stack limit, pointers included
#define PAGE (1ul << KN_PAGE_BITS)

// Counts the strings of the vector at ADDR (0: none) and their bytes. SKIP: leave out the first.
static long measure(word_t addr, bool skip, word_t *count, word_t *bytes)
{
    *count = *bytes = 0;
    for (; addr; addr += sizeof(word_t)) {
        word_t string;
        if (get_user(&string, addr))
            return -LX_EFAULT;
        if (!string)
            break;
        if (skip) {
            skip = false;
            continue;
        }
        long n = user_string_length(string, MAX_STRING);
        if (n < 0)
            return n;
        if ((word_t)n == MAX_STRING)
            return -LX_E2BIG;
        (*count)++;
        *bytes += (word_t)n + 1;
        if (*bytes + *count * sizeof(word_t) > MAX_STRINGS)
            return -LX_E2BIG;
    }
    return 0;
}

// Copies COUNT strings of the vector to *DEST, at most up to END. They are terminated even if they change meanwhile.
static long copy_vector(word_t addr, bool skip, word_t count, word_t *dest, word_t end)
{
    const char zero = 0;
    for (addr += skip ? sizeof(word_t) : 0; count; count--, addr += sizeof(word_t)) {
        word_t string;
        if (get_user(&string, addr) || !string)
            return -LX_EFAULT;
        long n = user_string_length(string, end - *dest);
        if (n < 0 || (word_t)n >= end - *dest)
            return -LX_EFAULT;
        if (copy_in_user(*dest, string, (size_t)n) || put_user(&zero, *dest + (word_t)n))
            return -LX_EFAULT;
        *dest += (word_t)n + 1;
    }
    return 0;
}

static long put_fds(word_t dest)
{
    for (int fd = fd_next_open(-1); fd >= 0; fd = fd_next_open(fd)) {
        const struct fd *f = fd_get(fd);
        struct kn_layout_exec_fd e = {(uint32_t)fd, f->is_cloexec ? LX_FD_CLOEXEC : 0, f->handle, f->type};
        if (put_user(&e, dest))
            return -LX_EFAULT;
        dest += sizeof e;
    }
    return 0;
}

static word_t ignored_signals(void)
{
    word_t set = 0;
    for (word_t sig = 1; sig <= LX_NSIG; sig++) {
        if (process.action[sig].handler == LX_SIG_IGN)
            set |= SIGNAL_BIT(sig);
    }
    return set;
}

static long fill(const struct exec_source *s, const struct kn_layout_exec_args *h, const struct exec_mapping *m,
                 word_t nr_argv, word_t nr_envp)
{
    bool skip = s->nr_prefix != 0;
    word_t dest = m->addr + m->argv_offset, end = m->addr + h->execfn_offset;
    if (put_user(h, m->addr) || copy_to_user(dest, s->prefix, s->prefix_length))
        return -LX_EFAULT;
    dest += s->prefix_length;
    long r = copy_vector(s->argv, skip, nr_argv, &dest, end);
    if (r == 0)
        r = copy_vector(s->envp, false, nr_envp, &dest, end);
    if (r == 0)
        r = copy_to_user(m->addr + h->execfn_offset, s->path, strlen(s->path) + 1);
    return r ? r : put_fds(m->addr + h->fds_offset);
}

long exec_args_gather(const struct thread *t, const struct exec_source *s, struct exec_mapping *m)
{
    word_t nr_argv, argv_bytes, nr_envp, envp_bytes;
    long r = measure(s->argv, s->nr_prefix != 0, &nr_argv, &argv_bytes);
    if (r == 0)
        r = measure(s->envp, false, &nr_envp, &envp_bytes);
    if (r)
        return r;
    argv_bytes += s->prefix_length;
    struct kn_layout_exec_args h = {
        .argc = nr_argv + s->nr_prefix,
        .envc = nr_envp,
        .strings_offset = sizeof h,
        .strings_length = argv_bytes + envp_bytes,
        .execfn_offset = sizeof h + argv_bytes + envp_bytes,
        .nr_fds = (word_t)fd_count(),
        .umask = process.umask,
        .blocked = t->blocked,
        .ignored = ignored_signals(),
        .personality = process.personality,
        .nofile = process.nofile,
    };
    h.fds_offset = (h.execfn_offset + strlen(s->path) + 1 + 7) & ~7ul;
    if ((h.argc + h.envc) * sizeof(word_t) + h.strings_length > MAX_STRINGS)
        return -LX_E2BIG;
    m->argv_offset = h.strings_offset;
    m->argv_length = argv_bytes;
    m->length = (h.fds_offset + h.nr_fds * sizeof(struct kn_layout_exec_fd) + PAGE - 1) & ~(PAGE - 1);
    r = kn_mm_mmap(MM, 0, m->length, LX_PROT_READ | LX_PROT_WRITE, LX_MAP_PRIVATE | LX_MAP_ANONYMOUS, &m->addr);
    if (r)
        return r;
    r = fill(s, &h, m, nr_argv, nr_envp);
    if (r)
        exec_args_unmap(m);
    return r;
}

void exec_args_unmap(const struct exec_mapping *m) { kn_mm_munmap(MM, m->addr, m->length); }
