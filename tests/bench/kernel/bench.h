// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What the benchmark's files share. A measuring thread leaves its figure in `result` and calls finish(); the main thread
// waits for that with await_finish().

#include <stdint.h>

#include <kn/stubs.h>

#define WARM_UP 64
#define ROUNDS 1024
#define CLIENT_PRIORITY 100
#define SERVER_PRIORITY 101

extern uint64_t result; // of a measuring thread's loop
void report(const char *name, uint64_t total, uint64_t operations);
void await_finish(void);
void finish(void); // never returns

// Threads that wake each other without an answer.
void bench_wakeups(void);
// Map, write-protect, retype, clear, revoke.
void bench_memory(void);
// Foreign system calls.
void bench_upcall(void);
