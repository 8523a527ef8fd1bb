// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Who sent a request: a program's address space, or a server.

#include <stdbool.h>

#include <kn/proto/mm_server.h>

struct space;

struct mm_session {
    struct space *space; // NULL: a server
    kn_word_t service;   // 0: a program
};

bool session_is_server(const struct mm_session *session, kn_word_t service);

#define PROT_ALL (LX_PROT_READ | LX_PROT_WRITE | LX_PROT_EXEC)

// Whether PROT and FLAGS are known, and FLAGS says either shared or private.
bool map_flags_are_valid(uint64_t prot, uint64_t flags);
