// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// fork: prepare a child (serial and pid), let vfs clone its client, commit. Until then a child costs a table slot only.

#include <stdbool.h>
#include <stdint.h>

#include <kn/abi.h>

struct process;

struct fork_request {
    unsigned thread;      // of the caller: the one that goes on in the child
    uint32_t exit_signal; // to the parent at the child's end, 0 none
    bool is_sibling;      // CLONE_PARENT
};

// 0, -LX_EAGAIN, -LX_ENOMEM, -LX_EINVAL.
long fork_prepare(struct process *parent, const struct fork_request *request, struct process **child);
// Makes the child that PARENT has prepared as SERIAL, with vfs's capability in slot VFS_CLIENT (moved away on success). The
// calling thread waits for our answer. 0; -LX_ESRCH; other errors leave the child prepared.
long fork_commit(struct process *parent, uint64_t serial, kn_cptr_t vfs_client, struct process **child);
// -LX_ESRCH if PARENT has prepared no such child.
long fork_abort(struct process *parent, uint64_t serial);
// PARENT is gone.
void fork_drop_all(struct process *parent);

// vfork's wait for the child SERIAL: 0, or -LX_EAGAIN with the parent's thread registered.
long fork_wait(struct process *parent, uint64_t serial);
// P has called exec or is gone: its parent goes on.
void fork_child_let_go(struct process *p);
