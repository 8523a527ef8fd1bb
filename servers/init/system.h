// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The system description as codegen/system.py compiles it from boards/<board>/system.yaml.

#include <stdbool.h>

#include <kn/abi.h>

struct system_signal { kn_word_t to, bit; };                  // service, badge bit
struct system_irq { kn_word_t irq; bool is_level; kn_word_t bit; };
struct system_range { kn_word_t start, size; };               // device registers, or I/O ports: first, last
struct system_share { kn_word_t id; bool may_write; };        // KN_LAYOUT_SHARED_MEMORY_*

// A list that ends where count says.
#define SYSTEM_MAX 12

struct system_process {
    const char *name;         // boot/<name> in the archive
    kn_word_t service, priority, cnode_radix, heap, untyped_bits;
    bool gets_memory, gets_archive, gets_logs, gets_sched_control, may_use_timer;
    unsigned nr_calls, nr_signals, nr_irqs, nr_devices, nr_io_ports, nr_shared, nr_vspaces, nr_shared_frames;
    kn_word_t calls[SYSTEM_MAX];
    struct system_signal signals[SYSTEM_MAX];
    struct system_irq irqs[SYSTEM_MAX];
    struct system_range devices[SYSTEM_MAX], io_ports[SYSTEM_MAX];
    struct system_share shared[SYSTEM_MAX];
    kn_word_t vspaces[SYSTEM_MAX], shared_frames[SYSTEM_MAX];
};

struct system_memory { kn_word_t id, size; };

// One way to stop the machine: an I/O port write (width 8, 16) or a firmware call (width 0).
struct system_power { kn_word_t width, port, value; };

extern const struct system_process system_processes[];
extern const unsigned nr_system_processes;
extern const struct system_memory system_shared[];
extern const unsigned nr_system_shared;
extern const struct system_power system_poweroff[], system_restart[], system_failure[];
extern const unsigned nr_system_poweroff, nr_system_restart, nr_system_failure;
extern const kn_word_t system_console; // I/O port or physical address of the UART
