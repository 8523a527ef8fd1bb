// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Memory calls: mmsrv's, with Linux's argument checks. The layer's own range is refused.

#include "calls.h"

#define PAGE (1ul << KN_PAGE_BITS)

static word_t round_up(word_t n) { return (n + PAGE - 1) & ~(PAGE - 1); }

// Whether [ADDR, ADDR + LENGTH), LENGTH rounded up to pages, is the program's to change.
static bool is_program_range(word_t addr, word_t length)
{
    return length <= KN_LAYOUT_PROGRAM_END && is_user_range(addr, round_up(length));
}

SYSCALL(brk)
{
    word_t result;
    long r = kn_mm_brk(MM, a[0], &result);
    return r ? r : (long)result;
}

static long check_mmap(word_t *addr, word_t length, word_t flags)
{
    word_t type = flags & LX_MAP_TYPE;
    if (!length || (type != LX_MAP_SHARED && type != LX_MAP_PRIVATE && type != LX_MAP_SHARED_VALIDATE))
        return -LX_EINVAL;
    if (length > KN_LAYOUT_PROGRAM_END)
        return -LX_ENOMEM;
    if (flags & LX_MAP_HUGETLB)
        return -LX_EINVAL;
    if (!(flags & (LX_MAP_FIXED | LX_MAP_FIXED_NOREPLACE))) {
        if (!is_program_range(*addr, length) || *addr < KN_LAYOUT_PROGRAM_START)
            *addr = 0; // only a hint
        return 0;
    }
    if (*addr % PAGE)
        return -LX_EINVAL;
    if (!is_program_range(*addr, length))
        return -LX_ENOMEM;
    return *addr < KN_LAYOUT_PROGRAM_START ? -LX_EPERM : 0;
}

SYSCALL(mmap)
{
    struct fd *f;
    word_t addr = a[0], length = a[1], prot = a[2], flags = (uint32_t)a[3], result;
    if (a[5] % PAGE)
        return -LX_EINVAL;
    if (!(flags & LX_MAP_ANONYMOUS)) {
        long bad = fd_handle(a[4], &f);
        if (bad)
            return bad;
    }
    long r = check_mmap(&addr, length, flags);
    if (r)
        return r;
    prot &= LX_PROT_READ | LX_PROT_WRITE | LX_PROT_EXEC;
    if (flags & LX_MAP_ANONYMOUS) {
        if ((flags & LX_MAP_TYPE) == LX_MAP_SHARED_VALIDATE)
            return -LX_EINVAL;
        r = kn_mm_mmap(MM, addr, length, prot, flags, &result);
    } else {
        if ((int64_t)a[5] < 0 || a[5] + round_up(length) < a[5])
            return -LX_EOVERFLOW;
        r = kn_vfs_mmap(VFS, f->handle, addr, length, prot, flags, a[5], &result);
    }
    return r ? r : (long)result;
}

SYSCALL(munmap)
{
    if (a[0] % PAGE || !a[1] || !is_program_range(a[0], a[1]))
        return -LX_EINVAL;
    return kn_mm_munmap(MM, a[0], round_up(a[1]));
}

SYSCALL(mprotect)
{
    if (a[0] % PAGE || a[2] & ~(word_t)(LX_PROT_READ | LX_PROT_WRITE | LX_PROT_EXEC))
        return -LX_EINVAL;
    if (!a[1])
        return 0;
    if (!is_program_range(a[0], a[1]))
        return -LX_ENOMEM;
    return kn_mm_mprotect(MM, a[0], round_up(a[1]), a[2]);
}

SYSCALL(mremap)
{
    word_t result;
    if (a[3] & ~(word_t)(LX_MREMAP_MAYMOVE | LX_MREMAP_FIXED) || a[0] % PAGE || !a[2])
        return -LX_EINVAL;
    if (a[3] & LX_MREMAP_FIXED && (!(a[3] & LX_MREMAP_MAYMOVE) || a[4] % PAGE || !is_program_range(a[4], a[2])))
        return -LX_EINVAL;
    if (!is_program_range(a[0], a[1]))
        return -LX_EFAULT;
    if (a[2] > KN_LAYOUT_PROGRAM_END)
        return -LX_ENOMEM;
    long r = kn_mm_mremap(MM, a[0], round_up(a[1]), round_up(a[2]), a[3], a[4], &result);
    return r ? r : (long)result;
}

SYSCALL(madvise)
{
    if (a[0] % PAGE || a[1] > round_up(a[1]))
        return -LX_EINVAL;
    if (!is_program_range(a[0], a[1]))
        return -LX_ENOMEM;
    return kn_mm_madvise(MM, a[0], round_up(a[1]), (uint32_t)a[2]);
}

SYSCALL(msync)
{
    if (a[0] % PAGE || a[2] & ~(word_t)(LX_MS_ASYNC | LX_MS_INVALIDATE | LX_MS_SYNC))
        return -LX_EINVAL;
    if (a[2] & LX_MS_ASYNC && a[2] & LX_MS_SYNC)
        return -LX_EINVAL;
    if (!is_program_range(a[0], a[1]))
        return -LX_ENOMEM;
    return kn_mm_msync(MM, a[0], round_up(a[1]), a[2]);
}

// Memory is never paged out: locking only checks that there is some, as msync does.
SYSCALL(mlock)
{
    word_t start = a[0] & ~(PAGE - 1);
    if (!is_program_range(start, a[1] + a[0] - start))
        return -LX_ENOMEM;
    return kn_mm_msync(MM, start, round_up(a[1] + a[0] - start), LX_MS_ASYNC);
}

SYSCALL(munlock) { return sys_mlock(t, a); }
SYSCALL(munlockall) { return 0; }

SYSCALL(mlockall)
{
    const word_t known = LX_MCL_CURRENT | LX_MCL_FUTURE | LX_MCL_ONFAULT;
    return !a[0] || a[0] & ~known || a[0] == LX_MCL_ONFAULT ? -LX_EINVAL : 0;
}
