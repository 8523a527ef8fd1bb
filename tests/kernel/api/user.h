// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Code that the cases run where the place of an instruction or the contents of registers matter: arch/<arch>/user.S.

#include <kn/abi.h>

// Each starts with the instruction that may fault.
kn_word_t user_load(kn_word_t address);
void user_store(kn_word_t address, kn_word_t value);
void user_add(kn_word_t address); // reads, then writes
void user_jump(kn_word_t address);
void user_illegal(void);
// USER_NOPS instructions of ARCH_NOP_LENGTH bytes that do nothing, one other, then a foreign system call, then a loop of two.
void user_walk(void);
#define USER_NOPS 8
extern const char user_walk_call[], user_walk_behind[];
// One instruction, a yield, then a loop of two.
void user_walk_native(void);
extern const char user_walk_native_call[], user_walk_native_behind[];
void user_break(void); // a break instruction of ARCH_BREAK_LENGTH bytes, then a jump to user_walk
void user_foreign(kn_word_t argument); // a foreign system call number ARCH_STEP, then a loop
extern const char user_foreign_behind[];

// Makes a foreign system call with a pattern in every register. What has changed of those that it must preserve, or-ed
// together; its result in *RESULT.
kn_word_t user_check_foreign(kn_word_t *result);
// Yields with a pattern in the registers that kernite's own calls preserve. The same.
kn_word_t user_check_native(void);

// Fills vector registers with VALUE; or-s together what differs from VALUE in them.
void user_fpu_fill(kn_word_t value);
kn_word_t user_fpu_differs(kn_word_t value);

// Loops of one instruction. The second lies inside the upcall range, the third in its window, too; at the window's start
// upcall_pending ends it by a foreign call with the argument USER_SAW_PENDING.
void user_spin(void);
void user_spin_in_range(void);
void user_spin_in_window(void);
#define USER_SAW_PENDING 0x77
// An upcall's entry: counts in the IPC buffer's user[0], and returns. If it finds a flag of the program's set, it counts in
// user[1] as well.
void user_upcall_entry(void);
void user_foreign_in_range(kn_word_t argument);
extern const char user_range_start[], user_range_end[], user_window_start[], user_window_end[];
// Sets the carry flag and makes a foreign call; whether the flag is still set behind it.
kn_word_t user_flag_survives_foreign(void);
