// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Process ids: numbers that name a process, a group, a session, or several of them. A number is taken as long as
// anything has it, so that a new process never gets the number of a group that outlived its leader.
//
// I1: an id is in the hash table from its making until process is NULL and both lists are empty (id_release then frees it).
// I2: no two ids have the same number.

#include <stdint.h>

#include "list.h"

struct process;

#define ID_MAX 32767    // as Linux's default pid_max - 1
#define ID_RESERVED 300 // after a turn of the wheel, numbers below are not given out again

struct id {
    struct id *next; // in the hash chain
    uint32_t number;
    struct process *process; // whose pid it is, NULL: none
    struct list group;       // processes in the group, by group_link
    struct list session;     // processes in the session, by session_link
};

// No ids, the next number is 1.
void id_init(void);
// An id with a number that nobody has, in ascending order; NULL: no memory.
struct id *id_new(void);
// The id of NUMBER, made if there is none; NULL: no memory.
struct id *id_make(uint32_t number);
// The id of NUMBER, NULL if nothing has it.
struct id *id_find(uint64_t number);
// Frees the id if nothing has it any more.
void id_release(struct id *id);
