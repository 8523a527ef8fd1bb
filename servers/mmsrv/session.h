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
