// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Register files of program threads, by architecture: registers_<arch>.c.

#include <kn/abi.h>

// A new image at PC, nothing else in registers.
void registers_set_start(struct kn_registers *r, kn_word_t pc);
// What a Call has returned: INFO and the first message word (uapi/kernel/syscalls.yaml).
void registers_set_answer(struct kn_registers *r, kn_word_t info, kn_word_t mr0);
