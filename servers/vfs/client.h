// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Clients: descriptor tables with current directory and root, one a process (or group of processes that share one), found
// by the process serial that is the badge of their capability. Threads of a client that have introduced themselves have a
// window, shared memory for paths and data, and a capability that signals their notification.
//
// I1: a client is in the hash table from client_create to client_close.
// I2: a handle's slot is free (on the free list) or holds one reference to a description.
// I3: a thread exists in vfs from attach to the client's close (or a new attach of its index).

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kn/proto/layout.h>

#include "path.h"

struct file;
struct waiter;

// What procsrv says of a process, copied out of its table.
struct creds {
    uint64_t sequence; // of the entry, when it was read
    uint64_t as;       // address space at mmsrv
    uint32_t pid, ppid, pgid, sid;
    uint32_t uid, euid, gid, egid, fsuid, fsgid;
    uint32_t nr_groups;
    uint32_t groups[16];
};

struct thread {
    struct client *client;
    unsigned index;
    uint64_t as;           // in which its window is mapped
    kn_cptr_t signal;      // wakes it (KN_LAYOUT_WAKE_VFS)
    unsigned char *window; // KN_LAYOUT_WINDOW_SIZE bytes, as mapped in vfs
    struct waiter *waits;  // wait.c: all it is registered on
    const void *asking;    // wait.c: what its current request asks for
    bool was_fired;        // wait.c: a ticket for the same had fired before
};

struct handle {
    struct file *file; // NULL: free
    uint32_t next_free;
};

struct client {
    uint64_t serial;
    struct client *next;
    struct handle *handles;
    uint32_t nr_handles; // slots allocated
    uint32_t first_free;
    uint32_t nr_open;
    struct path cwd, root;
    struct file *exe; // an O_PATH description of the program, NULL: unknown
    char *cmdline;    // cmdline_length bytes
    size_t cmdline_length;
    struct creds creds;
    struct thread *threads[KN_LAYOUT_MAX_THREADS];
};

// The client of SERIAL, NULL if there is none.
struct client *client_find(uint64_t serial);
// A client without handles; cwd and root are held anew. NULL: no memory.
struct client *client_create(uint64_t serial, struct path cwd, struct path root);
// A client with the same descriptions under the same handles. NULL: no memory.
struct client *client_clone(const struct client *parent, uint64_t serial);
// Closes all handles; cwd, root and threads stay.
void client_close_handles(struct client *client);
// The end of a client: handles, threads (window, waits, capability), everything.
void client_destroy(struct client *client);

// The description of a handle, NULL if it has none. Not a new reference.
struct file *client_file(struct client *client, uint64_t handle);
// Puts a description (the caller's reference) under a new handle. 0, -LX_EMFILE or -LX_ENOMEM: the reference stays the
// caller's then.
long client_install(struct client *client, struct file *file, uint64_t *handle);
// Frees the handle; 0 or -LX_EBADF.
long client_close(struct client *client, uint64_t handle);

// The attached thread INDEX, NULL if there is none.
struct thread *client_thread(struct client *client, uint64_t index);
// Makes thread INDEX (< KN_LAYOUT_MAX_THREADS, not attached) with this signal capability and window, which is mapped in
// address space AS. 0 or -LX_ENOMEM (then capability and window stay the caller's).
long client_attach(struct client *client, uint64_t index, uint64_t as, kn_cptr_t signal, void *window);
// Ends thread INDEX, if there is one: waits, capability, window; and all threads.
void client_detach(struct client *client, uint64_t index);
void client_detach_threads(struct client *client);
// A new program: EXE's reference passes to the client.
void client_set_program(struct client *client, struct file *exe, const char *cmdline, size_t length);
// Wakes the thread: a ticket fired, readiness changed.
void thread_signal(const struct thread *thread);

// Credentials and ids of the client as procsrv has published them, current. Never NULL: of a process that is gone the
// last ones known.
const struct creds *client_creds(struct client *client);
// The client's entry in procsrv's table, NULL if it is not (or no more) there. Entries change under sequence counters.
const struct kn_layout_proc_entry *client_proc_entry(const struct client *client);
// Whether CREDS has group GID.
bool creds_has_group(const struct creds *creds, uint32_t gid);
static inline bool creds_is_root(const struct creds *c) { return c->fsuid == 0; }
