// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Editing the line that is being typed: ERASE, WERASE, KILL, REPRINT.

struct tty;

enum tty_erase { ERASE_CHARACTER, ERASE_WORD, ERASE_LINE };

// Takes the last character, word or everything off the line, and shows it as the modes say.
void tty_erase(struct tty *tty, enum tty_erase what);
// Shows the line anew.
void tty_reprint(struct tty *tty);
// Echoes a byte of the line, control characters as ^X if ECHOCTL is set.
void tty_echo_typed(struct tty *tty, unsigned char c);
