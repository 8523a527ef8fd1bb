// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Debug kernels look whether an invocation returns only errors that the specification declares for its method.

#include "core/types.h"

struct invocation;

// Whether INV->error is declared for INV's method: its type, and each payload word that the specification gives. Of a
// capability type without methods INVALID_CAPABILITY 0, of a label that is no method ILLEGAL_OPERATION are declared
// (the system call Call has them).
bool error_is_declared(const struct invocation *inv);

// Panics, with what to do, if it is not.
void check_error_is_declared(const struct invocation *inv);
