// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "creds.h"

#include <stddef.h>

#include <lx/abi.h>

#include "trona/heap.h"

#define NR_BUCKETS 64 // a power of two

struct user {
    struct user *next; // in the hash chain
    uint32_t uid, count;
};

static struct user *users[NR_BUCKETS];

static struct user *user_get(uint32_t uid)
{
    struct user **bucket = &users[uid & (NR_BUCKETS - 1)], *u = *bucket;
    while (u && u->uid != uid)
        u = u->next;
    if (!u) {
        u = trona_alloc(sizeof *u);
        if (!u)
            return NULL;
        *u = (struct user){*bucket, uid, 0};
        *bucket = u;
    }
    u->count++;
    return u;
}

static void user_put(struct user *u)
{
    if (--u->count)
        return;
    struct user **link = &users[u->uid & (NR_BUCKETS - 1)];
    while (*link != u)
        link = &(*link)->next;
    *link = u->next;
    trona_free(u, sizeof *u);
}

bool creds_init(struct creds *c)
{
    *c = (struct creds){.user = user_get(0)};
    return c->user != NULL;
}

bool creds_copy(struct creds *dest, const struct creds *source)
{
    *dest = *source;
    dest->user = user_get(source->uid);
    return dest->user != NULL;
}

void creds_destroy(struct creds *c)
{
    user_put(c->user);
    c->user = NULL;
}

uint32_t creds_nr_processes(const struct creds *c) { return c->user->count; }

bool creds_may_signal(const struct creds *sender, const struct creds *target)
{
    return creds_is_privileged(sender) || sender->euid == target->uid || sender->euid == target->suid ||
           sender->uid == target->uid || sender->uid == target->suid;
}

static bool is_one_of(uint32_t id, uint32_t real, uint32_t effective, uint32_t saved)
{
    return id == CREDS_KEEP || id == real || id == effective || id == saved;
}

// Fills what is kept, checks the rest against the present ids, and lets the filesystem id follow the effective one.
static long resolve(struct creds_ids *ids, bool privileged, uint32_t real, uint32_t effective, uint32_t saved,
                    uint32_t filesystem)
{
    if (!privileged &&
        (!is_one_of(ids->real, real, effective, saved) || !is_one_of(ids->effective, real, effective, saved) ||
         !is_one_of(ids->saved, real, effective, saved) ||
         !(ids->filesystem == filesystem || is_one_of(ids->filesystem, real, effective, saved))))
        return -LX_EPERM;
    if (ids->filesystem == CREDS_KEEP)
        ids->filesystem = ids->effective != CREDS_KEEP ? ids->effective : filesystem;
    ids->real = ids->real != CREDS_KEEP ? ids->real : real;
    ids->effective = ids->effective != CREDS_KEEP ? ids->effective : effective;
    ids->saved = ids->saved != CREDS_KEEP ? ids->saved : saved;
    return 0;
}

long creds_set_uids(struct creds *c, const struct creds_ids *wanted)
{
    struct creds_ids ids = *wanted;
    long error = resolve(&ids, creds_is_privileged(c), c->uid, c->euid, c->suid, c->fsuid);
    if (error)
        return error;
    if (ids.real != c->uid) {
        struct user *user = user_get(ids.real);
        if (!user)
            return -LX_EAGAIN;
        user_put(c->user);
        c->user = user;
    }
    c->uid = ids.real;
    c->euid = ids.effective;
    c->suid = ids.saved;
    c->fsuid = ids.filesystem;
    return 0;
}

long creds_set_gids(struct creds *c, const struct creds_ids *wanted)
{
    struct creds_ids ids = *wanted;
    long error = resolve(&ids, creds_is_privileged(c), c->gid, c->egid, c->sgid, c->fsgid);
    if (error)
        return error;
    c->gid = ids.real;
    c->egid = ids.effective;
    c->sgid = ids.saved;
    c->fsgid = ids.filesystem;
    return 0;
}

long creds_set_groups(struct creds *c, uint64_t count, const uint32_t *groups)
{
    if (!creds_is_privileged(c))
        return -LX_EPERM;
    if (count > CREDS_MAX_GROUPS)
        return -LX_EINVAL;
    for (uint64_t i = 0; i < count; i++)
        c->groups[i] = groups[i];
    c->nr_groups = (uint32_t)count;
    return 0;
}

bool creds_exec(struct creds *c, uint32_t set_uid, uint32_t set_gid)
{
    if (set_uid != CREDS_KEEP)
        c->euid = set_uid;
    if (set_gid != CREDS_KEEP)
        c->egid = set_gid;
    c->suid = c->fsuid = c->euid;
    c->sgid = c->fsgid = c->egid;
    return c->euid != c->uid || c->egid != c->gid;
}
