// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// One process of the system while init builds it: objects, image, startup page.

#include <stddef.h>

#include <kn/proto/layout.h>

#include "system.h"

struct process {
    const struct system_process *description;
    kn_cptr_t cspace_root;                // its CSpace; cnode itself but for the owner of memory
    kn_cptr_t tcb, cnode, vspace, sched_context, endpoint, notification, ipc_buffer;
    kn_cptr_t log_frames;                 // LOG_PAGES frames, consecutive
    struct kn_layout_startup *startup;    // init's mapping of the startup page
    unsigned nr_resources;
    kn_word_t next_slot;                  // next free slot of its CNode for resources
    kn_word_t next_vaddr;                 // next free address of its shared area
    kn_word_t entry;                      // of its image
    kn_cptr_t timer_authority;            // aarch64: handler of the user timer's interrupt, if it may use that timer
};

// Makes all kernel objects of a process, but no connections yet.
void process_make(struct process *p, const struct system_process *description, const struct kn_boot_info *boot,
                  kn_word_t archive_pages);
// Loads boot/<name> of the archive mapped at ARCHIVE.
void process_load(struct process *p, const void *archive, kn_word_t archive_size);
// How many more resources the startup page holds.
unsigned process_resources_left(const struct process *p);
// Adds a resource to the startup page; returns it for further fields.
struct kn_layout_resource *process_add_resource(struct process *p, kn_word_t kind, kn_word_t id);
// Puts a copy of init's capability SLOT into the next slot of the process; returns that slot.
kn_word_t process_give(struct process *p, kn_cptr_t slot);
kn_word_t process_give_minted(struct process *p, kn_cptr_t slot, kn_word_t rights, kn_word_t badge);
// Maps COUNT frames (fresh copies of the capabilities from FRAMES on) at the next address of its shared area.
kn_word_t process_map(struct process *p, kn_cptr_t frames, kn_word_t count, kn_word_t rights, kn_word_t attr);
// Gives it its own capabilities and configures its thread: the last kernel objects that init makes for it.
void process_complete(struct process *p);
// Fills the rest of the startup page and lets the process run. Makes no objects.
void process_start(struct process *p);
// The last line of its log, without its end, in TEXT of SIZE bytes; "" if there is none. The log is mapped for it.
void process_last_words(const struct process *p, char *text, size_t size);
