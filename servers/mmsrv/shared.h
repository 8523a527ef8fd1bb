// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Memory of a program that a server has mapped too: IPC buffer pages and the signal page (procsrv), windows (vfs). The
// pages are wired: present from the start, referenced by the program's entry and by this record, never copy-on-write.

#include "space.h"

// Make or find; *server_vaddr is where the server has it.
long shared_ipc_buffer(struct space *s, unsigned thread_index, kn_word_t *server_vaddr, kn_cptr_t *frame);
long shared_signal_page(struct space *s, kn_word_t *server_vaddr);
long shared_window(struct space *s, unsigned thread_index, kn_word_t *server_vaddr);
void shared_window_end(struct space *s, unsigned thread_index);
// The layer's own stack of a thread.
long shared_thread_stack(struct space *s, unsigned thread_index);
void shared_thread_end(struct space *s, unsigned thread_index);
// fork: copies of the thread's IPC buffer page and of the signal page.
long shared_clone(struct space *source, struct space *dest, unsigned thread_index);
void shared_destroy_all(struct space *s);
// The machine's time page, whose FRAME is no page of the pool, read-only at TIME_PAGE.
long shared_time_page(struct space *s, kn_cptr_t frame);
