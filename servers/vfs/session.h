// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What the generated dispatcher hands to the handlers: who sent the request.

struct client;

struct vfs_session {
    struct client *client;
};
