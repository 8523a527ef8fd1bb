// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The world below vfs: calls to mmsrv and procsrv, signals, what procsrv publishes. The host tests have their own. Results
// are 0 or a negative errno, as the callee answered, unless said otherwise.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kn/proto/layout.h>

// Finds the resources. Once, first.
void port_init(void);

// Threads of programs.
long port_window_map(uint64_t as, unsigned thread, void **window);
void port_window_unmap(uint64_t as, unsigned thread);
void port_signal(kn_cptr_t signal);
// Deletes the capability and gives its slot back. 0 is allowed.
void port_drop(kn_cptr_t slot);

// Memory objects. port_object_window: see the protocol mm; *pages: pages present in the object afterwards.
long port_object_create(uint64_t size, uint64_t *object);
long port_object_from_archive(uint64_t offset, uint64_t size, uint64_t *object);
long port_object_resize(uint64_t object, uint64_t size);
long port_object_punch(uint64_t object, uint64_t offset, uint64_t length);
void port_object_destroy(uint64_t object);
long port_object_window(uint64_t object, uint64_t offset, uint64_t length, bool is_write, void **at, uint64_t *mapped,
                        uint64_t *pages);
uint64_t port_object_pages(uint64_t object);

// Address spaces.
struct port_mapping {
    uint64_t addr, length, prot, flags, object, offset;
};
long port_as_map(uint64_t as, const struct port_mapping *mapping, uint64_t *addr);
struct port_region {
    uint64_t start, end, prot, flags, object, offset;
};
// -LX_ENOENT behind the last.
long port_as_region(uint64_t as, uint64_t index, struct port_region *region);
struct port_usage {
    uint64_t vm, resident, shared, text, data, stack, peak;
};
long port_as_usage(uint64_t as, struct port_usage *usage);
struct port_memory {
    uint64_t total, free, committed, commit_limit, file, anonymous;
};
long port_memory_info(struct port_memory *info);

// Processes.
const struct kn_layout_proc_table *port_proc_table(void);
const struct kn_layout_time_page *port_time_page(void);
struct kn_layout_exec_plan *port_exec_window(void);
long port_exec(uint64_t serial, unsigned thread);
// KIND: KN_PROC_TARGET_PROCESS, _GROUP, _SESSION.
long port_kill(uint64_t kind, int64_t id, unsigned signal);
void port_exits_done(uint64_t count);
// Brings the times in the table up to date; SERIAL 0: of all processes.
void port_refresh_times(uint64_t serial);
// The host's name to TEXT (65 bytes), terminated; and setting it.
long port_get_hostname(char *text);
long port_set_hostname(const char *text, size_t length);
