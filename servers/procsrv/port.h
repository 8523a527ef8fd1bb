// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The world around procsrv: calls to mmsrv and the timer driver, signals to vfs and init, the tick counter. The host tests
// have their own. Results are 0 or a negative errno unless said otherwise. A slot that is returned is the caller's.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kn/proto/layout.h>

// Finds the resources. Once, first.
void port_init(void);

// Address spaces at mmsrv.
long port_as_create(uint64_t *as, kn_cptr_t *vspace);
void port_as_destroy(uint64_t as);
// A fault endpoint and endpoint for the program.
long port_as_endpoint(uint64_t as, kn_cptr_t *endpoint);
long port_as_clone(uint64_t source, uint64_t dest, unsigned thread);
long port_as_copy_range(uint64_t source, uint64_t addr, uint64_t length, uint64_t dest, uint64_t *at);
long port_as_map(uint64_t as, const struct kn_layout_exec_segment *segment);
long port_as_set_brk(uint64_t as, uint64_t start);
// WHICH: KN_MM_LIMIT_*.
long port_as_set_limit(uint64_t as, unsigned which, uint64_t bytes);
long port_as_stack(uint64_t as, uint64_t prot);
// The thread's IPC buffer page: mapped here at *page, its frame.
long port_as_thread(uint64_t as, unsigned thread, void **page, kn_cptr_t *frame);
long port_as_signal_page(uint64_t as, struct kn_layout_signal_page **page);
// Most pages it ever had in memory.
uint64_t port_as_peak_pages(uint64_t as);

// An untyped of 2^BITS bytes for kernel objects, and the end of all that was made of it.
long port_kernel_memory(unsigned bits, uint64_t *handle, kn_cptr_t *untyped);
void port_kernel_memory_free(uint64_t handle);

// Deletes the capability and gives its slot back. 0 is allowed.
void port_drop(kn_cptr_t slot);

void port_tell_vfs(void);
// Asks init for the end of the machine.
void port_stop_machine(bool restart);
// The first process has ended, with a wait status, and nobody asked for the end of the machine: it is a failure.
void port_first_process_ended(uint32_t status);
uint64_t port_ticks(void);
void port_timer_arm(uint64_t ticks);
