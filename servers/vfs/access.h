// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Who may do what: the permission rules of POSIX over credentials and inodes. User 0 may nearly everything.

#include <stdbool.h>
#include <stdint.h>

#include "client.h"
#include "inode.h"

// 0 if CREDS has all of MASK (LX_R_OK, LX_W_OK, LX_X_OK) on the inode, else -LX_EACCES. User 0 may execute a file only if
// somebody may.
long access_check(const struct creds *creds, const struct inode *inode, unsigned mask);
// The rule for making a name in DIR; and for removing or replacing VICTIM's, with the sticky bit (-LX_EPERM).
long access_may_create(const struct creds *creds, const struct inode *dir);
long access_may_delete(const struct creds *creds, const struct inode *dir, const struct inode *victim);
// Whether it may change the inode's attributes.
static inline bool access_is_owner(const struct creds *creds, const struct inode *inode)
{
    return creds->fsuid == inode->uid || creds_is_root(creds);
}
