// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The end of the process, by itself or by a signal whose default action the layer carries out.

#include "calls.h"

#define STATUS_CODE_SHIFT 8

void process_exit(struct thread *t, word_t status)
{
    uint32_t zero = 0;
    if (t->clear_tid)
        put_user(&zero, t->clear_tid); // matters to those who share the memory
    kn_vfs_close_client(VFS, 0);
    for (;;)
        kn_proc_exit(PROC, status);
}

SYSCALL(exit_group) { process_exit(t, (a[0] & 0xff) << STATUS_CODE_SHIFT); }

// A process has one thread so far: its end is the process's.
SYSCALL(exit) { process_exit(t, (a[0] & 0xff) << STATUS_CODE_SHIFT); }
