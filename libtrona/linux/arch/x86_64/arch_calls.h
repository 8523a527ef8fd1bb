// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// System calls that only x86_64 has. See legacy.c.

// clang-format off
#define ARCH_CALLS(X)                                                                                                \
    X(access) X(alarm) X(arch_prctl) X(chmod) X(chown) X(creat) X(dup2) X(fork) X(futimesat) X(getdents) X(getpgrp)  \
    X(lchown) X(link) X(lstat) X(mkdir) X(mknod) X(open) X(pause) X(pipe) X(poll) X(readlink) X(rename) X(rmdir)     \
    X(select) X(stat) X(symlink) X(time) X(unlink) X(utime) X(utimes) X(vfork)
// clang-format on
