// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Processes: the table, the tree, and what a process consists of.
//
//   FREE --process_new--> PREPARING --process_start--> RUNNING <--stop, continue--> STOPPED
//   PREPARING --process_drop--> gone
//   RUNNING, STOPPED --process_exit--> ZOMBIE --process_reap--> gone
//
// Gone means: no parent, no pid, not in the public table; the table slot is used again only when vfs has cleaned up after
// the serial too (process_cleaned). A process dies in this order: kernel objects, address space, timers and queues,
// prepared children, exit ring, parenthood; and when vfs has cleaned up: the parent is told. So whoever has seen a child's
// end finds its files closed and its locks gone, whatever CPU it runs on.
//
// I1: serial % KN_LAYOUT_PROC_TABLE_ENTRIES is the table slot; serials are never reused.
// I2: PREPARING: in its creator's preparing list. RUNNING, STOPPED: in its parent's children list. ZOMBIE: there too until
//     is_cleaned, then in its parent's zombies list. Gone: in none. The first process has no parent and is in no such list.
// I3: RUNNING, STOPPED: objects and space are there. ZOMBIE, gone, PREPARING: they are not.
// I4: RUNNING, STOPPED, ZOMBIE: in its group's and its session's lists, which its group's members share; id->process is it.
// I5: nr_changed of a process counts its children whose stop or continuation wait has not reported.

#include <stdbool.h>
#include <stdint.h>

#include <kn/proto/layout.h>

#include "creds.h"
#include "rlimits.h"
#include "list.h"
#include "objects.h"
#include "signal_queue.h"
#include "space.h"
#include "timer.h"

struct id;

// The thread of a process. A process has one so far; its index is that of the thread area it was forked from, 0 after exec.
struct thread {
    struct process *process;
    unsigned index;
    struct timer timer;        // of thread_timer
    struct signal_queue queue; // real-time signals to the thread
};

enum process_change { CHANGE_NONE, CHANGE_STOPPED, CHANGE_CONTINUED };

struct usage {
    uint64_t user_ns, system_ns, max_rss_pages;
};

struct process {
    uint64_t serial;
    uint32_t state; // KN_LAYOUT_PROC_STATE_*
    struct id *pid, *group, *session;
    struct process *parent; // PREPARING: who called fork, NULL for the first process
    struct list sibling;    // in one list of its parent (creator), see I2
    struct list children, zombies, preparing;
    struct list group_link, session_link;
    struct list all_link; // all that are RUNNING, STOPPED
    struct creds creds;
    struct limits limits;
    struct objects objects;
    struct space space;
    struct thread thread;
    struct signal_queue queue; // real-time signals to the process
    uint32_t nr_queued;        // in both queues
    struct timer itimer;       // ITIMER_REAL
    uint64_t itimer_interval;
    struct usage own, of_children; // of_children: of those waited for
    uint64_t start_ns;
    uint32_t nr_changed;
    uint32_t exit_signal; // to the parent, 0 none
    uint32_t status;      // ZOMBIE: as wait4 reports it
    uint32_t stop_signal; // of the last stop
    uint32_t umask;
    unsigned cpu;  // RUNNING, STOPPED: where its thread runs
    uint64_t cpus; // where it may run; see placement.h
    enum process_change change; // not reported by wait yet
    int nice;
    char name[16];
    bool has_exec;      // exec has been called
    bool is_undumpable; // a set-id program
    bool is_subreaper;
    bool is_stop_due;           // a stop signal was generated and not undone by SIGCONT
    bool is_waiting;            // its thread is registered in wait
    bool is_vfork_done;         // exec or exit since fork
    bool is_vfork_awaited;      // the parent's thread is registered in vfork_wait
    bool is_sibling_of_creator; // PREPARING: CLONE_PARENT
    bool is_doomed;             // in the queue of exit.c
    struct process *next_doomed;
    bool is_gone;
    bool is_cleaned; // vfs has cleaned up after it
};

// Before anything else.
void process_init(struct kn_layout_proc_table *table);

// A new process in state PREPARING, with CREATOR's credentials, limits and name (NULL: the first process, root's).
// 0, -LX_EAGAIN (a limit or the table), -LX_ENOMEM.
long process_new(struct process *creator, struct process **out);
// PREPARING to RUNNING, in its creator's group and session (the first process: in those given). Objects and space are its
// own now.
void process_start(struct process *p, struct id *group, struct id *session);
// The end of a PREPARING process; vfs is told.
void process_drop(struct process *p);
// ZOMBIE to gone.
void process_reap(struct process *p);
// vfs has cleaned up after SERIAL: the zombie whose parent may know now, NULL if it is gone already.
struct process *process_cleaned(uint64_t serial);

// The process of SERIAL, if it is not gone; NULL.
struct process *process_find(uint64_t serial);
// The process with that pid, PREPARING ones excepted; NULL.
struct process *process_of_pid(uint64_t pid);
struct process *process_first(void); // pid 1, NULL before it exists
struct list *process_all(void);      // by all_link
uint32_t process_pid(const struct process *p);
uint32_t process_ppid(const struct process *p);

static inline bool process_is_alive(const struct process *p)
{
    return p->state == KN_LAYOUT_PROC_STATE_RUNNING || p->state == KN_LAYOUT_PROC_STATE_STOPPED;
}

// The thread INDEX of a living process, NULL.
struct thread *process_thread(struct process *p, uint64_t index);
// Puts P, which has no parent or another one, in the list of PARENT that its state says (I2).
void process_adopt(struct process *parent, struct process *p);
// Moves P into GROUP (and SESSION), releasing the ids that it leaves.
void process_set_group(struct process *p, struct id *group, struct id *session);
// Brings own.user_ns up to date.
void process_update_time(struct process *p);
// Writes what others may know about P to the table and its signal page.
void process_publish(struct process *p);
