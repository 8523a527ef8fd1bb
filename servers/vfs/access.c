// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "access.h"

long access_check(const struct creds *creds, const struct inode *inode, unsigned mask)
{
    unsigned shift = creds->fsuid == inode->uid ? 6 : creds_has_group(creds, inode->gid) ? 3 : 0;
    if (((inode->mode >> shift) & mask) == mask)
        return 0;
    if (!creds_is_root(creds))
        return -LX_EACCES;
    if ((mask & LX_X_OK) && !inode_is(inode, LX_S_IFDIR) && !(inode->mode & 0111))
        return -LX_EACCES;
    return 0;
}

long access_may_create(const struct creds *creds, const struct inode *dir)
{
    return access_check(creds, dir, LX_W_OK | LX_X_OK);
}

long access_may_delete(const struct creds *creds, const struct inode *dir, const struct inode *victim)
{
    long status = access_check(creds, dir, LX_W_OK | LX_X_OK);
    if (status)
        return status;
    if ((dir->mode & LX_S_ISVTX) && !access_is_owner(creds, victim) && !access_is_owner(creds, dir))
        return -LX_EPERM;
    return 0;
}
