// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "exec.h"

#include <lx/abi.h>

#include "access.h"
#include "client.h"
#include "content.h"
#include "file.h"
#include "inode.h"
#include "mount.h"
#include "open.h"
#include "program.h"
#include "tmpfs.h"
#include "trona/log.h"
#include "trona/string.h"

#define PROGRAM_BASE 0x555555554000 // of position-independent programs
#define INTERPRETER_BASE 0x7ff000000000

// Whether the client may run what PATH is.
static long check_executable(struct client *client, const struct path *path)
{
    struct inode *inode = path->inode;
    if (inode_is(inode, LX_S_IFLNK))
        return -LX_ELOOP;
    if (!inode_is(inode, LX_S_IFREG) || !tmpfs_owns(inode) || (path->mount && path->mount->flags & LX_MS_NOEXEC))
        return -LX_EACCES;
    return access_check(client_creds(client), inode, LX_X_OK);
}

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

// "#! interpreter argument": one argument, which is the rest of the line.
static long parse_script(const char *line, size_t n, struct exec_script *script)
{
    size_t end = 2;
    while (end < n && line[end] != '\n')
        end++;
    bool is_cut = end == n && n == EXEC_LINE;
    while (end > 2 && is_blank(line[end - 1]))
        end--;
    size_t at = 2;
    while (at < end && is_blank(line[at]))
        at++;
    size_t start = at;
    while (at < end && !is_blank(line[at]) && line[at])
        at++;
    if (at == start || (is_cut && at == end))
        return -LX_ENOEXEC;
    memcpy(script->interpreter, line + start, at - start);
    script->interpreter[at - start] = 0;
    while (at < end && is_blank(line[at]))
        at++;
    size_t length = line[at] ? strnlen(line + at, end - at) : 0;
    memcpy(script->argument, line + at, length);
    script->argument[length] = 0;
    script->is_script = true;
    return 0;
}

static long load_interpreter(struct client *client, const char *name, struct kn_layout_exec_plan *plan)
{
    static struct program interpreter;
    struct place place;
    const char *wrong;
    long status = path_walk(client, client->cwd, name, 0, &place);
    if (status)
        return status;
    status = check_executable(client, &place.path);
    if (status == 0)
        status = program_load(place.path.inode, INTERPRETER_BASE, plan, &interpreter, &wrong);
    place_put(&place);
    if (status == -LX_ENOEXEC) {
        trona_log("interpreter %s: %s", name, wrong);
        return -LX_ELIBBAD;
    }
    if (status == 0) {
        plan->entry = interpreter.entry;
        plan->base = interpreter.bias;
    }
    return status;
}

static void set_ids(const struct path *path, struct kn_layout_exec_plan *plan)
{
    const struct inode *inode = path->inode;
    plan->set_uid = plan->set_gid = UINT64_MAX;
    if (path->mount && path->mount->flags & LX_MS_NOSUID)
        return;
    if (inode->mode & LX_S_ISUID)
        plan->set_uid = inode->uid;
    if ((inode->mode & (LX_S_ISGID | 010)) == (LX_S_ISGID | 010))
        plan->set_gid = inode->gid;
}

static void set_name(const char *path, struct kn_layout_exec_plan *plan)
{
    const char *slash = strrchr(path, '/');
    str_copy((char *)plan->name, slash ? slash + 1 : path, sizeof plan->name);
}

long exec_look(struct client *client, const struct place *place, const char *name, struct kn_layout_exec_plan *plan,
               struct exec_script *script)
{
    static struct program program;
    char line[EXEC_LINE + 1] = {0};
    *plan = (struct kn_layout_exec_plan){0};
    script->is_script = false;
    long status = check_executable(client, &place->path);
    if (status)
        return status;
    long got = content_read(place->path.inode, line, EXEC_LINE, 0);
    if (got < 0)
        return got;
    if (got >= 2 && line[0] == '#' && line[1] == '!')
        return parse_script(line, (size_t)got, script);
    if (got < 4 || memcmp(line, "\177ELF", 4) != 0)
        return -LX_ENOEXEC;
    const char *wrong;
    status = program_load(place->path.inode, PROGRAM_BASE, plan, &program, &wrong);
    if (status == -LX_ENOEXEC)
        trona_log("%s: %s", name, wrong);
    if (status)
        return status;
    plan->entry = plan->program_entry = program.entry;
    plan->phdr = program.phdr;
    plan->phnum = program.phnum;
    plan->brk_start = program.end;
    plan->stack_flags = program.is_stack_executable;
    set_ids(&place->path, plan);
    set_name(name, plan);
    return program.interpreter[0] ? load_interpreter(client, program.interpreter, plan) : 0;
}

void exec_done(struct client *client, const struct place *place, const char *cmdline, size_t length)
{
    const struct io io = {.client = client};
    struct file *exe;
    if (open_place(place, LX_O_PATH, &io, &exe))
        exe = NULL;                // no memory: /proc/PID/exe will not know it
    client_detach_threads(client); // of the old address space; those of the new one attach
    client_set_program(client, exe, cmdline, length);
}
