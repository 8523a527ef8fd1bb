// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Architectures without I/O ports: no such capability is ever made, so none ends.

#include "core/objects.h"
#include "debug/log.h"

void io_port_finalise(word_t first, word_t last) { kpanic("I/O ports %lx to %lx do not exist", first, last); }
