// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// ELF files as segments of an exec plan.

#include <stdbool.h>
#include <stdint.h>

#include <kn/proto/layout.h>

struct inode;

struct program {
    uint64_t entry, phdr, phnum; // where mapped
    uint64_t bias;
    uint64_t end; // of the last segment, page aligned
    bool is_stack_executable;
    char interpreter[1024]; // "" : none
};

// Adds the segments of the ELF file INODE to PLAN. A position-independent one is mapped at BASE, rounded up to its alignment.
// 0, -LX_ENOEXEC (*wrong says why), -LX_ENOMEM, -LX_EIO.
long program_load(struct inode *inode, uint64_t base, struct kn_layout_exec_plan *plan, struct program *program,
                  const char **wrong);
