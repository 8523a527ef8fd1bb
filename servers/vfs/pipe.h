// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Pipes and FIFOs, apart from their descriptions: who has them open, and the bytes between.
//
// A pipe belongs to its inode (inode->pipe) from the first open to the last close; a FIFO's also while threads wait in
// its open, at the latest to the inode's end.
//
// I1: nr_readers and nr_writers count the descriptions open for reading, for writing; one for both counts twice.
// I2: a ticket on opening_readers or opening_writers that has fired counts as an end that is open: its thread comes back
//     and has the open succeed, whatever has happened in between.
// I3: data left by the last writer stays for readers; data without any end open is gone.

#include <stdint.h>

#include "pipe_buffer.h"
#include "wait.h"

struct pipe {
    struct pipe_buffer buffer;
    unsigned nr_readers, nr_writers;
    uint64_t writers_ever;              // opens for writing: a reader that has seen none of them sees no hang-up
    struct wait_queue readers, writers; // wait for data, for room
    struct wait_queue opening_readers, opening_writers;
};

extern const struct file_ops pipe_ops;
