// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// execve: gathers the arguments and has vfs and procsrv make the new image (docs/userland.md); success does not return.
// For a script vfs names its interpreter, and the arguments are gathered again for that.

#include "calls.h"
#include "exec_args.h"

#include "trona/string.h"

#define MAX_SCRIPTS 5                             // interpreters that are scripts themselves
#define MAX_PREFIX 0x3000                         // bytes of the strings before the script's own arguments
#define MAX_CMDLINE (KN_VFS_PATH3 - KN_VFS_PATH2) // what vfs takes for /proc

struct script {
    char prefix[MAX_PREFIX];
    size_t length, count;
};

// Puts N strings of LENGTH bytes before the others, of which the first is dropped: the path of the script, which FIRST
// holds in its stead.
static long prepend(struct script *s, const char *interpreter, const char *argument, const char *first)
{
    size_t a = strlen(interpreter) + 1, b = *argument ? strlen(argument) + 1 : 0, c = strlen(first) + 1;
    size_t dropped = s->count ? strlen(s->prefix) + 1 : 0, kept = s->length - dropped;
    if (a + b + c + kept > MAX_PREFIX)
        return -LX_E2BIG;
    memmove(s->prefix + a + b + c, s->prefix + dropped, kept);
    memcpy(s->prefix, interpreter, a);
    memcpy(s->prefix + a, argument, b);
    memcpy(s->prefix + a + b, first, c);
    s->length = a + b + c + kept;
    s->count += (b ? 3 : 2) - (s->count ? 1 : 0);
    return 0;
}

// The path that is in the window, for use after the window has changed.
static void keep_path(struct thread *t, char *path)
{
    str_copy(path, (const char *)thread_window(t) + KN_VFS_PATH, LX_PATH_MAX);
}

// One attempt with the path in PATH: -errno, or 0 with the interpreter of a script in the window.
static long attempt(struct thread *t, word_t dir, word_t flags, const char *path, const struct exec_source *s)
{
    struct exec_mapping m;
    word_t script;
    char *window = thread_window(t);
    long r = exec_args_gather(t, s, &m);
    if (r)
        return r;
    size_t cmdline = m.argv_length < MAX_CMDLINE ? m.argv_length : MAX_CMDLINE;
    str_copy(window + KN_VFS_PATH, path, LX_PATH_MAX);
    r = copy_from_user(window + KN_VFS_PATH2, m.addr + m.argv_offset, cmdline);
    if (cmdline)
        window[KN_VFS_PATH2 + cmdline - 1] = 0;
    if (r == 0)
        r = kn_vfs_exec(VFS, t->index, dir, flags, m.addr, m.length, cmdline, &script);
    exec_args_unmap(&m);
    return r == 0 && !script ? -LX_ENOEXEC : r;
}

static long execute(struct thread *t, word_t dir, word_t flags, word_t argv, word_t envp)
{
    struct script script;
    char path[LX_PATH_MAX], name[LX_PATH_MAX], first[LX_PATH_MAX];
    script.length = script.count = 0;
    keep_path(t, path);
    str_copy(name, path, sizeof name);
    for (int depth = 0; depth < MAX_SCRIPTS; depth++) {
        struct exec_source s = {argv, envp, script.prefix, script.length, script.count, name};
        long r = attempt(t, dir, flags, path, &s);
        if (r)
            return r;
        char *window = thread_window(t);
        window[KN_VFS_PATH2 - 1] = 0;
        window[KN_VFS_PATH3 - 1] = 0;
        str_copy(first, path, sizeof first);
        keep_path(t, path);
        r = prepend(&script, path, window + KN_VFS_PATH2, first);
        if (r)
            return r;
        dir = KN_VFS_CWD;
        flags = 0;
    }
    return -LX_ELOOP;
}

SYSCALL(execve)
{
    word_t dir;
    long r = path_prepare(t, (word_t)LX_AT_FDCWD, a[0], KN_VFS_PATH, 0, &dir);
    return r ? r : execute(t, dir, 0, a[1], a[2]);
}

SYSCALL(execveat)
{
    word_t dir;
    if (a[4] & ~(word_t)(LX_AT_SYMLINK_NOFOLLOW | LX_AT_EMPTY_PATH))
        return -LX_EINVAL;
    long r = path_prepare(t, a[0], a[1], KN_VFS_PATH, a[4], &dir);
    return r ? r : execute(t, dir, a[4], a[2], a[3]);
}
