// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Credentials, and how many processes each user has. Privileged is who has effective user id 0. Source: POSIX
// setresuid, setgroups; Linux credentials(7).
//
// I1: user->uid == uid for every process that has credentials, and user->count is how many have it.

#include <stdbool.h>
#include <stdint.h>

#define CREDS_MAX_GROUPS 16
#define CREDS_KEEP 0xffffffffu

struct user;

struct creds {
    uint32_t uid, euid, suid, fsuid;
    uint32_t gid, egid, sgid, fsgid;
    uint32_t nr_groups;
    uint32_t groups[CREDS_MAX_GROUPS];
    struct user *user; // of uid
};

// Root's credentials, counted. False: no memory.
bool creds_init(struct creds *c);
// A counted copy. False: no memory.
bool creds_copy(struct creds *dest, const struct creds *source);
void creds_destroy(struct creds *c);
// Processes with that real user id.
uint32_t creds_nr_processes(const struct creds *c);

static inline bool creds_is_privileged(const struct creds *c) { return c->euid == 0; }
// Whether SENDER may signal TARGET (the rule without SIGCONT's exception).
bool creds_may_signal(const struct creds *sender, const struct creds *target);

// Ids to set, CREDS_KEEP: unchanged. 0, -LX_EPERM, -LX_EAGAIN.
struct creds_ids {
    uint32_t real, effective, saved, filesystem;
};
long creds_set_uids(struct creds *c, const struct creds_ids *ids);
long creds_set_gids(struct creds *c, const struct creds_ids *ids);
long creds_set_groups(struct creds *c, uint64_t count, const uint32_t *groups);
// What exec does: effective ids replaced where not CREDS_KEEP, saved ids follow. True if the program is to distrust its
// environment (AT_SECURE).
bool creds_exec(struct creds *c, uint32_t set_uid, uint32_t set_gid);
