// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The dead: procsrv tells by a ring of serials which processes are gone; their clients are closed.

// Cleans up after every exit not yet seen, and tells procsrv.
void reap_clients(void);
