// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Memory of a program that a server has mapped too: IPC buffer pages and the signal page (procsrv), windows (vfs). The
// pages are wired: present from the start, never copy-on-write; a record holds them for the server.
//
// A record of procsrv's ends with the address space. One of vfs's outlives it, until vfs lets go: vfs may be writing to a
// window while procsrv ends the process.
// I1: each page of a record has one reference from it and one from the program's entry, while there is one; the record
//     has charged it.

#include "space.h"

// Make or find; *server_vaddr is where the server has it. -LX_EINVAL (no such thread index), -LX_ENOMEM.
long shared_ipc_buffer(struct space *s, uint64_t thread_index, kn_word_t *server_vaddr, kn_cptr_t *frame);
long shared_signal_page(struct space *s, kn_word_t *server_vaddr);
long shared_window(struct space *s, uint64_t thread_index, kn_word_t *server_vaddr);
// vfs lets go of a window; the address space may be gone.
void shared_window_end(uint64_t space_id, uint64_t thread_index);
// The layer's own stack of a thread.
long shared_thread_stack(struct space *s, uint64_t thread_index);
// The thread is gone: its stack and IPC buffer go, its window stays vfs's.
void shared_thread_end(struct space *s, uint64_t thread_index);
// fork: copies of the thread's IPC buffer page and of the signal page.
long shared_clone(struct space *source, struct space *dest, uint64_t thread_index);
// The address space goes; its regions have gone.
void shared_release_all(struct space *s);
// The machine's time page, whose FRAME is no page of the pool, read-only at TIME_PAGE.
long shared_time_page(struct space *s, uint32_t frame);
