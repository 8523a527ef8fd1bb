// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The root task: builds the system that the board's description declares, then supervises it. Its fault endpoint is the
// fault handler of every server: a message there is a server's death, which ends the machine with its name.

#include <kn/stubs.h>
#include <kn/syscalls.h>

#include "die.h"
#include "init.h"
#include "objects.h"
#include "power.h"
#include "trona/log.h"
#include "trona/main.h"
#include "wire.h"

#define ARCHIVE_VADDR 0x7300000000
#define MAX_PROCESSES 16
#define SIGNAL_POWEROFF 1
#define SIGNAL_RESTART 2

static struct process processes[MAX_PROCESSES];
static kn_cptr_t endpoint, notification, reply, sched_control;

kn_cptr_t init_endpoint(void) { return endpoint; }
kn_cptr_t init_notification(void) { return notification; }
kn_cptr_t init_sched_control(void) { return sched_control; }

static const void *map_archive(const struct kn_boot_info *boot)
{
    kn_word_t pages = boot->archive_frames.end - boot->archive_frames.start;
    map_frames(KN_INIT_CAP_VSPACE, boot->archive_frames.start, pages, ARCHIVE_VADDR, KN_RIGHTS_READ, KN_VM_ATTR_EXECUTE_NEVER);
    return (const void *)ARCHIVE_VADDR;
}

static void build(const struct kn_boot_info *boot)
{
    kn_word_t archive_pages = boot->archive_frames.end - boot->archive_frames.start;
    const void *archive = map_archive(boot);
    if (nr_system_processes > MAX_PROCESSES)
        init_die("more processes than init can keep");
    wire_make_shared();
    for (unsigned i = 0; i < nr_system_processes; i++) {
        process_make(&processes[i], &system_processes[i], boot, archive_pages);
        process_load(&processes[i], archive, boot->archive_size);
    }
    for (unsigned i = 0; i < nr_system_processes; i++)
        wire_process(&processes[i], processes, nr_system_processes, boot);
    for (unsigned i = 0; i < nr_system_processes; i++)
        process_complete(&processes[i]);
    // Memory is handed over when init needs no more of it.
    for (unsigned i = 0; i < nr_system_processes; i++)
        if (processes[i].description->gets_memory)
            wire_memory(&processes[i], boot);
    for (unsigned i = 0; i < nr_system_processes; i++)
        process_start(&processes[i]);
}

static const struct process *find_process(kn_word_t service)
{
    for (unsigned i = 0; i < nr_system_processes; i++)
        if (processes[i].description->service == service)
            return &processes[i];
    return NULL;
}

// The death of a server. One that ended itself has said why in its log, which nobody will read any more.
static _Noreturn void report_death(const struct kn_msg *fault)
{
    char words[200] = "";
    const struct process *p = find_process(fault->badge);
    if (p)
        process_last_words(p, words, sizeof words);
    init_die("%s has died: fault %lu at 0x%lx, address 0x%lx, access %lu%s%s: the system halts",
             p ? p->description->name : "an unknown process", (unsigned long)kn_msg_info_get_label(fault->info),
             fault->mr[0], fault->mr[1], fault->mr[2], *words ? "; it said last: " : "", words);
}

static _Noreturn void supervise(void)
{
    for (;;) {
        struct kn_msg msg = {0};
        kn_recv(endpoint, reply, &msg);
        if (msg.badge & KN_LAYOUT_SIGNAL_BADGE)
            init_stop((msg.badge & SIGNAL_RESTART) != 0);
        report_death(&msg);
    }
}

void trona_main(void *start)
{
    const struct kn_boot_info *boot = start;
    trona_log_init(NULL, "init");
    objects_init(boot);
    power_init();
    sched_control = boot->sched_control.start;
    endpoint = object_make(KN_OBJECT_TYPE_ENDPOINT, 0);
    notification = object_make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    reply = object_make(KN_OBJECT_TYPE_REPLY, 0);
    if (kn_tcb_bind_notification(KN_INIT_CAP_TCB, notification) != KN_ERROR_NONE)
        init_die("init cannot bind its notification");
    build(boot);
    trona_log("%u processes started", nr_system_processes);
    supervise();
}
