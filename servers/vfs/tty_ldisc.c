// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Input of a terminal: canonical and raw mode, control characters. Source: POSIX, General Terminal Interface; Linux
// termios(3).

#include "trona/string.h"
#include "tty.h"
#include "tty_erase.h"

#define ECHO_RESERVE 16 // what one typed byte may need, but for wiping a line

static bool has(const struct tty *tty, unsigned lflag) { return tty->termios.c_lflag & lflag; }

// Whether C is the control character of INDEX, which 0 disables.
static bool is_cc(const struct tty *tty, unsigned index, unsigned char c) { return c && tty->termios.c_cc[index] == c; }

static size_t room(const struct tty *tty) { return TTY_INPUT_SIZE - (size_t)(tty->head - tty->tail); }

static bool is_line_end(const struct tty *tty, uint64_t position)
{
    return tty->line_end[position % TTY_INPUT_SIZE / 8] & 1u << position % 8;
}

static void set_line_end(struct tty *tty, uint64_t position, bool is_end)
{
    unsigned char *byte = &tty->line_end[position % TTY_INPUT_SIZE / 8], bit = (unsigned char)(1u << position % 8);
    *byte = is_end ? *byte | bit : *byte & (unsigned char)~bit;
}

// Appends a byte. In canonical mode the last place is kept for a line's end.
static void store(struct tty *tty, unsigned char c, bool is_end)
{
    if (room(tty) < (tty_is_canonical(tty) && !is_end ? 2 : 1)) {
        if (tty->termios.c_iflag & LX_IMAXBEL)
            tty_echo(tty, '\a');
        return;
    }
    tty->input[tty->head % TTY_INPUT_SIZE] = c;
    set_line_end(tty, tty->head, is_end);
    tty->head++;
    if (is_end)
        tty->canon_head = tty->head;
}

static void echo_and_store(struct tty *tty, unsigned char c, bool is_end)
{
    if (tty->head == tty->canon_head)
        tty->line_column = tty->column;
    if (c == '\n' && tty_is_canonical(tty)) {
        if (has(tty, LX_ECHO | LX_ECHONL))
            tty_echo(tty, '\n');
    } else if (has(tty, LX_ECHO)) {
        if (c == '\n')
            tty_echo(tty, c);
        else
            tty_echo_typed(tty, c);
    }
    store(tty, c, is_end);
}

static void send_signal(struct tty *tty, unsigned signal, unsigned char c)
{
    if (!has(tty, LX_NOFLSH)) {
        tty_flush_input(tty);
        tty->echo_tail = tty->echo_head;
    }
    if (tty->termios.c_iflag & LX_IXON)
        tty_start_output(tty);
    if (has(tty, LX_ECHO))
        tty_echo_typed(tty, c);
    tty_send_echo(tty);
    tty_signal(tty, signal);
}

// Characters that act in every mode. Whether C was one.
static bool input_special(struct tty *tty, unsigned char c)
{
    if (tty->termios.c_iflag & LX_IXON) {
        if (is_cc(tty, LX_VSTART, c)) {
            tty_start_output(tty);
            return true;
        }
        if (is_cc(tty, LX_VSTOP, c)) {
            tty_stop_output(tty);
            return true;
        }
        if (tty->is_stopped && tty->termios.c_iflag & LX_IXANY)
            tty_start_output(tty);
    }
    if (!has(tty, LX_ISIG))
        return false;
    if (is_cc(tty, LX_VINTR, c))
        send_signal(tty, LX_SIGINT, c);
    else if (is_cc(tty, LX_VQUIT, c))
        send_signal(tty, LX_SIGQUIT, c);
    else if (is_cc(tty, LX_VSUSP, c))
        send_signal(tty, LX_SIGTSTP, c);
    else
        return false;
    return true;
}

// Characters that edit the line. Whether C was one.
static bool input_editing(struct tty *tty, unsigned char c)
{
    bool is_extended = has(tty, LX_IEXTEN);
    if (is_cc(tty, LX_VERASE, c)) {
        tty_erase(tty, ERASE_CHARACTER);
    } else if (is_cc(tty, LX_VKILL, c)) {
        tty_erase(tty, ERASE_LINE);
    } else if (is_extended && is_cc(tty, LX_VWERASE, c)) {
        tty_erase(tty, ERASE_WORD);
    } else if (is_extended && is_cc(tty, LX_VLNEXT, c)) {
        tty->is_next_literal = true;
        if (has(tty, LX_ECHO) && has(tty, LX_ECHOCTL)) {
            tty_echo(tty, '^');
            tty_echo(tty, '\b');
        }
    } else if (is_extended && has(tty, LX_ECHO) && is_cc(tty, LX_VREPRINT, c)) {
        tty_reprint(tty);
    } else {
        return false;
    }
    return true;
}

static void input_canonical(struct tty *tty, unsigned char c)
{
    if (input_editing(tty, c))
        return;
    if (is_cc(tty, LX_VEOF, c))
        store(tty, 0, true);
    else
        echo_and_store(tty, c, c == '\n' || is_cc(tty, LX_VEOL, c) || (has(tty, LX_IEXTEN) && is_cc(tty, LX_VEOL2, c)));
}

static void input_byte(struct tty *tty, unsigned char c)
{
    unsigned flags = tty->termios.c_iflag;
    if (flags & LX_ISTRIP)
        c &= 0x7f;
    if ((flags & LX_IUCLC) && has(tty, LX_IEXTEN) && c >= 'A' && c <= 'Z')
        c += 'a' - 'A';
    if (tty->is_next_literal) {
        tty->is_next_literal = false;
        echo_and_store(tty, c, false);
        return;
    }
    if (input_special(tty, c))
        return;
    if (c == '\r') {
        if (flags & LX_IGNCR)
            return;
        if (flags & LX_ICRNL)
            c = '\n';
    } else if (c == '\n' && flags & LX_INLCR) {
        c = '\r';
    }
    if (tty_is_canonical(tty))
        input_canonical(tty, c);
    else
        echo_and_store(tty, c, false);
}

// Whether input has to wait: for a reader, or for the echo to be sent. A canonical line that is too long does not wait,
// for nobody can read it before its end comes.
static bool must_wait(const struct tty *tty)
{
    if (room(tty) < (tty_is_canonical(tty) ? 2 : 1) && (!tty_is_canonical(tty) || tty->tail < tty->canon_head))
        return true;
    return !tty->is_stopped && tty_echo_room(tty) < ECHO_RESERVE + TTY_MAX_EXPANSION;
}

size_t tty_input(struct tty *tty, const unsigned char *bytes, size_t n)
{
    size_t done = 0;
    while (done < n) {
        if (must_wait(tty) && (!tty_send_echo(tty) || must_wait(tty)))
            break;
        input_byte(tty, bytes[done++]);
    }
    tty_send_echo(tty);
    if (done < n && tty->termios.c_iflag & LX_IXOFF && !tty->is_throttled) {
        tty->is_throttled = true;
        tty_put_raw(tty, tty->termios.c_cc[LX_VSTOP]);
    }
    if (tty_is_readable(tty, 1))
        wait_wake_one(&tty->readers);
    return done;
}

bool tty_is_readable(const struct tty *tty, size_t n)
{
    if (tty_is_canonical(tty))
        return tty->tail < tty->canon_head;
    size_t least = tty->termios.c_cc[LX_VTIME] || !tty->termios.c_cc[LX_VMIN] ? 1 : tty->termios.c_cc[LX_VMIN];
    return tty->head - tty->tail >= (least < n ? least : n);
}

static size_t take_line(struct tty *tty, unsigned char *data, size_t n)
{
    size_t done = 0;
    while (tty->tail < tty->canon_head) {
        bool is_end = is_line_end(tty, tty->tail);
        unsigned char c = tty->input[tty->tail % TTY_INPUT_SIZE];
        bool is_eof = is_end && c == 0;
        // An end of file right behind the last byte that was asked for belongs to this read.
        if (done == n && !is_eof)
            break;
        tty->tail++;
        if (!is_eof)
            data[done++] = c;
        if (is_end)
            break;
    }
    return done;
}

size_t tty_take_input(struct tty *tty, void *data, size_t n)
{
    size_t done = 0;
    if (tty_is_canonical(tty)) {
        done = take_line(tty, data, n);
    } else {
        for (; done < n && tty->tail < tty->head; tty->tail++)
            ((unsigned char *)data)[done++] = tty->input[tty->tail % TTY_INPUT_SIZE];
        tty->canon_head = tty->tail;
    }
    if (tty->is_throttled && room(tty) > TTY_INPUT_SIZE / 2) {
        tty->is_throttled = false;
        tty_put_raw(tty, tty->termios.c_cc[LX_VSTART]);
    }
    return done;
}

size_t tty_input_length(const struct tty *tty)
{
    if (!tty_is_canonical(tty))
        return (size_t)(tty->head - tty->tail);
    size_t n = (size_t)(tty->canon_head - tty->tail);
    for (uint64_t i = tty->tail; i < tty->canon_head; i++)
        n -= is_line_end(tty, i) && tty->input[i % TTY_INPUT_SIZE] == 0;
    return n;
}

void tty_flush_input(struct tty *tty)
{
    tty->tail = tty->canon_head = tty->head;
    tty->is_next_literal = false;
}

void tty_set_termios(struct tty *tty, const struct lx_termios *termios)
{
    unsigned changed = tty->termios.c_lflag ^ termios->c_lflag;
    tty->termios = *termios;
    if (changed & LX_ICANON) {
        // What was typed ahead stays: as bytes, or as one line that is complete.
        memset(tty->line_end, 0, sizeof tty->line_end);
        tty->canon_head = tty->tail;
        if (tty_is_canonical(tty) && tty->head > tty->tail) {
            set_line_end(tty, tty->head - 1, true);
            tty->canon_head = tty->head;
        }
        tty->is_next_literal = false;
    }
    if (!(termios->c_iflag & LX_IXON))
        tty_start_output(tty);
    if (tty_is_readable(tty, 1))
        wait_wake_one(&tty->readers);
}
