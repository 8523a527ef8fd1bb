// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// From a system call instruction of the program to the function that does it.

#include <stdbool.h>

struct thread;

// Performs the call that T's registers ask for and sets its result. True if a signal may make it restart; false after
// sigreturn, which has replaced the registers.
bool dispatch(struct thread *t);
