// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Commit accounting: pages that somebody has been promised. A promise is refused (ENOMEM) rather than broken later.
// I1: committed <= limit; every page of private writable memory, of shared anonymous memory and of file objects that
// exist is counted once for each address space or object that owns it.

#include <stdbool.h>

#include <kn/abi.h>

void commit_init(void);
bool commit_charge(kn_word_t pages);
void commit_release(kn_word_t pages);
kn_word_t commit_total(void);
kn_word_t commit_limit(void);
