// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "tty_erase.h"

#include "tty.h"

static bool has(const struct tty *tty, unsigned lflag) { return tty->termios.c_lflag & lflag; }

static unsigned char byte_at(const struct tty *tty, uint64_t position) { return tty->input[position % TTY_INPUT_SIZE]; }

static bool is_control(unsigned char c) { return c < 0x20 || c == 0x7f; }

static bool is_continuation(const struct tty *tty, unsigned char c)
{
    return (tty->termios.c_iflag & LX_IUTF8) && (c & 0xc0) == 0x80;
}

static bool is_word(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}

void tty_echo_typed(struct tty *tty, unsigned char c)
{
    if (has(tty, LX_ECHOCTL) && is_control(c) && c != '\t') {
        tty_echo(tty, '^');
        c ^= 0x40;
    }
    tty_echo(tty, c);
}

// Columns that byte C takes when it is echoed at COLUMN.
static unsigned width(const struct tty *tty, unsigned char c, unsigned column)
{
    if (c == '\t')
        return 8 - (column & 7);
    if (is_control(c))
        return has(tty, LX_ECHOCTL) ? 2 : 0;
    return !is_continuation(tty, c);
}

// The column of the line's byte at POSITION.
static unsigned column_at(const struct tty *tty, uint64_t position)
{
    unsigned column = tty->line_column;
    for (uint64_t i = tty->canon_head; i < position; i++)
        column += width(tty, byte_at(tty, i), column);
    return column;
}

// Wipes the byte that was at HEAD, just taken off, from the screen.
static void wipe(struct tty *tty, unsigned char c)
{
    bool is_tab = c == '\t';
    unsigned columns = is_tab ? width(tty, c, column_at(tty, tty->head)) : width(tty, c, 0);
    for (unsigned i = 0; i < columns; i++) {
        tty_echo(tty, '\b');
        if (!is_tab) {
            tty_echo(tty, ' ');
            tty_echo(tty, '\b');
        }
    }
}

static void erase_character(struct tty *tty)
{
    unsigned char c = byte_at(tty, --tty->head);
    while (is_continuation(tty, c) && tty->head > tty->canon_head)
        c = byte_at(tty, --tty->head);
    if (!has(tty, LX_ECHO))
        return;
    if (has(tty, LX_ECHOE))
        wipe(tty, c);
    else
        tty_echo_typed(tty, tty->termios.c_cc[LX_VERASE]);
}

static void erase_word(struct tty *tty)
{
    bool has_seen_word = false;
    while (tty->head > tty->canon_head) {
        bool is_in_word = is_word(byte_at(tty, tty->head - 1));
        if (has_seen_word && !is_in_word)
            return;
        has_seen_word |= is_in_word;
        erase_character(tty);
    }
}

static void erase_line(struct tty *tty)
{
    // Wiping needs three bytes a column; what would not fit is told by the KILL character and a new line instead.
    bool is_wiped = has(tty, LX_ECHOKE) && has(tty, LX_ECHOE) &&
                    (column_at(tty, tty->head) - tty->line_column + 1) * 3 + TTY_MAX_EXPANSION <= tty_echo_room(tty);
    if (is_wiped) {
        while (tty->head > tty->canon_head)
            erase_character(tty);
        return;
    }
    tty->head = tty->canon_head;
    if (!has(tty, LX_ECHO))
        return;
    tty_echo_typed(tty, tty->termios.c_cc[LX_VKILL]);
    if (has(tty, LX_ECHOK))
        tty_echo(tty, '\n');
}

void tty_erase(struct tty *tty, enum tty_erase what)
{
    if (tty->head == tty->canon_head)
        return;
    switch (what) {
    case ERASE_CHARACTER: erase_character(tty); break;
    case ERASE_WORD: erase_word(tty); break;
    case ERASE_LINE: erase_line(tty); break;
    }
}

void tty_reprint(struct tty *tty)
{
    tty_echo_typed(tty, tty->termios.c_cc[LX_VREPRINT]);
    tty_echo(tty, '\n');
    tty->line_column = tty->column;
    for (uint64_t i = tty->canon_head; i < tty->head; i++)
        tty_echo_typed(tty, byte_at(tty, i));
}
