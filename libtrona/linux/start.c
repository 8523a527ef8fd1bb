// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The start of an image: after exec with what the old image left in struct exec_args, in the first process with nothing.

#include "layer.h"
#include "random.h"
#include "start_stack.h"

#include "trona/string.h"

void layer_start_image(struct thread *t);

extern const char vdso_start[];

#define ELF_PHDR_BYTES 56
#define DEFAULT_UMASK 022
#define STATUS_CANNOT_START LX_SIGKILL // as Linux when the new image cannot be set up

struct process process;

// What the very first process starts with. The path is in the boot plan of vfs; here is what it is told.
static const char first_strings[] = "/sbin/init\0PATH=/bin:/sbin:/usr/bin:/usr/sbin\0HOME=/\0TERM=linux";
#define FIRST_ARGC 1
#define FIRST_ENVC 3
#define CONSOLE "/dev/console"

// Descriptors 0, 1 and 2 of the first process.
static void open_console(struct thread *t)
{
    word_t handle, type, status;
    if (vfs_attach(t))
        return;
    str_copy((char *)thread_window(t) + KN_VFS_PATH, CONSOLE, sizeof CONSOLE);
    if (kn_vfs_open(VFS, t->index, KN_VFS_CWD, LX_O_RDWR, 0, &handle, &type, &status))
        return;
    fd_install(0, handle, (uint32_t)type, false);
    fd_duplicate(0, 1, false);
    fd_duplicate(0, 2, false);
}

// Opens the descriptors of the snapshot at ADDR. Duplicates of one handle stand in ascending order; the last descriptor
// seen of a handle is found by a table over its low bits, else by looking through the others.
static void adopt_fds(word_t addr, word_t count)
{
    int16_t newest[256];
    memset(newest, 0xff, sizeof newest);
    for (word_t i = 0; i < count; i++, addr += sizeof(struct kn_layout_exec_fd)) {
        struct kn_layout_exec_fd e;
        if (get_user(&e, addr) || e.fd >= FD_MAX || fd_get((int)e.fd))
            return;
        int16_t *slot = &newest[e.handle % 256];
        int old = *slot >= 0 && fd_get(*slot)->handle == e.handle ? *slot : -1;
        for (int fd = *slot >= 0 && old < 0 ? fd_next_open(-1) : -1; fd >= 0 && old < 0; fd = fd_next_open(fd)) {
            if (fd_get(fd)->handle == e.handle)
                old = fd;
        }
        if (old >= 0)
            fd_duplicate(old, (int)e.fd, e.flags & LX_FD_CLOEXEC);
        else
            fd_install((int)e.fd, e.handle, (uint32_t)e.type, e.flags & LX_FD_CLOEXEC);
        *slot = (int16_t)e.fd;
    }
}

static void close_on_exec(void)
{
    for (int fd = fd_next_open(-1); fd >= 0; fd = fd_next_open(fd)) {
        if (fd_get(fd)->is_cloexec)
            fd_close(fd);
    }
}

static void set_name(word_t execfn)
{
    char path[LX_PATH_MAX];
    if (copy_string_from_user(path, execfn, sizeof path) < 0)
        return;
    const char *slash = strrchr(path, '/');
    str_copy(process.name, slash ? slash + 1 : path, sizeof process.name);
}

static long build_stack(const struct kn_layout_exec_start *s, struct start_info *info, word_t *sp)
{
    const struct kn_layout_signal_page *page = signal_page();
    const word_t auxv[] = {
        LX_AT_SYSINFO_EHDR, (word_t)vdso_start,
        LX_AT_HWCAP,        arch_hwcap(),
        LX_AT_PAGESZ,       1ul << KN_PAGE_BITS,
        LX_AT_CLKTCK,       LX_USER_HZ,
        LX_AT_PHDR,         s->phdr,
        LX_AT_PHENT,        ELF_PHDR_BYTES,
        LX_AT_PHNUM,        s->phnum,
        LX_AT_BASE,         s->base,
        LX_AT_FLAGS,        0,
        LX_AT_ENTRY,        s->program_entry,
        LX_AT_UID,          page->uid,
        LX_AT_EUID,         page->euid,
        LX_AT_GID,          page->gid,
        LX_AT_EGID,         page->egid,
        LX_AT_SECURE,       s->secure,
        LX_AT_HWCAP2,       0,
        LX_AT_MINSIGSTKSZ,  LX_MINSIGSTKSZ,
    };
    info->top = KN_LAYOUT_STACK_TOP;
    info->platform = arch_platform;
    for (int i = 0; i < 2; i++) { // procsrv's words and the CPU's: neither needs to be good alone
        uint64_t word = 0;
        cpu_random(&word);
        info->random[i] = s->random[i] ^ word;
    }
    info->auxv = auxv;
    info->nr_auxv = sizeof auxv / sizeof auxv[0] / 2;
    return start_stack_build(info, sp);
}

// The first process: its strings go where the layer can hand them over like those of an exec.
static long start_first(struct thread *t, const struct kn_layout_exec_start *s, word_t *sp)
{
    word_t at = KN_LAYOUT_STACK_TOP - 0x10000; // far below what the stack will need
    if (put_user(&first_strings, at))
        return -LX_EFAULT;
    struct start_info info = {
        .strings = at, .strings_length = sizeof first_strings, .argc = FIRST_ARGC, .envc = FIRST_ENVC, .execfn = at};
    process.umask = DEFAULT_UMASK;
    process.nofile = FD_MAX;
    str_copy(process.name, "init", sizeof process.name);
    signal_start_image(t, 0, 0);
    open_console(t);
    return build_stack(s, &info, sp);
}

static long start_from_args(struct thread *t, const struct kn_layout_exec_start *s, word_t *sp)
{
    struct kn_layout_exec_args h;
    if (get_user(&h, s->args_vaddr))
        return -LX_EFAULT;
    struct start_info info = {.strings = s->args_vaddr + h.strings_offset,
                              .strings_length = h.strings_length,
                              .argc = h.argc,
                              .envc = h.envc,
                              .execfn = s->args_vaddr + h.execfn_offset};
    process.umask = (uint32_t)h.umask;
    process.nofile = h.nofile < FD_MAX ? (uint32_t)h.nofile : FD_MAX;
    process.personality = (uint32_t)h.personality;
    signal_start_image(t, h.blocked, h.ignored);
    adopt_fds(s->args_vaddr + h.fds_offset, h.nr_fds);
    set_name(info.execfn);
    long r = build_stack(s, &info, sp);
    kn_mm_munmap(MM, s->args_vaddr, s->args_length);
    close_on_exec();
    return r;
}

void layer_start_image(struct thread *t)
{
    struct kn_layout_exec_start s =
        *(const struct kn_layout_exec_start *)((char *)kn_ipc_buffer() + KN_LAYOUT_EXEC_START);
    word_t sp;
    memset(t, 0, sizeof *t); // which lies where the start information was
    t->index = s.thread_index;
    t->stack_top = (word_t)kn_ipc_buffer() - KN_LAYOUT_THREAD_IPC_BUFFER + KN_LAYOUT_THREAD_STACK_TOP;
    t->timer_deadline = TIMER_OFF;
    t->altstack.ss_flags = LX_SS_DISABLE;
    kn_ipc_buffer()->upcall_pending = 0;
    fpu_reset();
    set_tls_base(0);
    long r = s.args_length ? start_from_args(t, &s, &sp) : start_first(t, &s, &sp);
    if (r)
        process_exit(t, STATUS_CANNOT_START);
    regs_start(&t->regs, s.entry, sp);
    signal_deliver(t, false);
}
