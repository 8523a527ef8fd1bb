// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Output of a terminal: OPOST, the cursor's column, echo. Source: POSIX, General Terminal Interface; Linux termios(3).

#include "trona/string.h"
#include "tty.h"

static bool is_control(unsigned char c) { return c < 0x20 || c == 0x7f; }

// A byte that does not move the cursor because it continues a character.
static bool is_continuation(const struct tty *tty, unsigned char c)
{
    return (tty->termios.c_iflag & LX_IUTF8) && (c & 0xc0) == 0x80;
}

static size_t process_tab(struct tty *tty, unsigned char out[TTY_MAX_EXPANSION])
{
    unsigned spaces = 8 - (tty->column & 7);
    tty->column += spaces;
    if ((tty->termios.c_oflag & LX_TABDLY) != LX_XTABS) {
        out[0] = '\t';
        return 1;
    }
    memset(out, ' ', spaces);
    return spaces;
}

static size_t process_return(struct tty *tty, unsigned char out[TTY_MAX_EXPANSION])
{
    unsigned flags = tty->termios.c_oflag;
    if ((flags & LX_ONOCR) && tty->column == 0)
        return 0;
    out[0] = flags & LX_OCRNL ? '\n' : '\r';
    if (!(flags & LX_OCRNL) || flags & LX_ONLRET)
        tty->column = 0;
    return 1;
}

static size_t process_newline(struct tty *tty, unsigned char out[TTY_MAX_EXPANSION])
{
    unsigned flags = tty->termios.c_oflag;
    size_t n = 0;
    if (flags & LX_ONLCR)
        out[n++] = '\r';
    out[n++] = '\n';
    if (flags & (LX_ONLCR | LX_ONLRET))
        tty->column = 0;
    return n;
}

// What the byte becomes; how many bytes.
static size_t process(struct tty *tty, unsigned char c, unsigned char out[TTY_MAX_EXPANSION])
{
    if (!(tty->termios.c_oflag & LX_OPOST)) {
        out[0] = c;
        return 1;
    }
    switch (c) {
    case '\n': return process_newline(tty, out);
    case '\r': return process_return(tty, out);
    case '\t': return process_tab(tty, out);
    case '\b': tty->column -= tty->column > 0; break;
    default:
        if ((tty->termios.c_oflag & LX_OLCUC) && c >= 'a' && c <= 'z')
            c -= 'a' - 'A';
        tty->column += !is_control(c) && !is_continuation(tty, c);
    }
    out[0] = c;
    return 1;
}

size_t tty_echo_room(const struct tty *tty) { return TTY_ECHO_SIZE - (size_t)(tty->echo_head - tty->echo_tail); }

void tty_echo(struct tty *tty, unsigned char byte)
{
    unsigned char out[TTY_MAX_EXPANSION];
    if (tty_echo_room(tty) < TTY_MAX_EXPANSION)
        return;
    size_t n = process(tty, byte, out);
    for (size_t i = 0; i < n; i++)
        tty->echo[tty->echo_head++ % TTY_ECHO_SIZE] = out[i];
}

bool tty_send_echo(struct tty *tty)
{
    bool has_put = false;
    while (!tty->is_stopped && tty->echo_tail != tty->echo_head) {
        size_t at = tty->echo_tail % TTY_ECHO_SIZE, n = (size_t)(tty->echo_head - tty->echo_tail);
        size_t room = tty->device->room(tty);
        n = n < TTY_ECHO_SIZE - at ? n : TTY_ECHO_SIZE - at;
        n = n < room ? n : room;
        if (!n && tty->device->await_room(tty))
            continue;
        if (!n)
            break;
        tty->device->put(tty, tty->echo + at, n);
        tty->echo_tail += n;
        has_put = true;
    }
    if (has_put)
        tty->device->kick(tty);
    return tty->echo_tail == tty->echo_head;
}

// Writes what fits. BYTES may be memory that changes: each byte is read once.
static size_t output_now(struct tty *tty, const unsigned char *bytes, size_t n)
{
    size_t room = tty->device->room(tty), done = 0;
    if (!(tty->termios.c_oflag & LX_OPOST)) {
        done = n < room ? n : room;
        tty->device->put(tty, bytes, done);
        return done;
    }
    unsigned char piece[256];
    size_t length = 0;
    while (done < n && room >= length + TTY_MAX_EXPANSION) {
        length += process(tty, ((const volatile unsigned char *)bytes)[done++], piece + length);
        if (length > sizeof piece - TTY_MAX_EXPANSION) {
            tty->device->put(tty, piece, length);
            room -= length;
            length = 0;
        }
    }
    tty->device->put(tty, piece, length);
    return done;
}

size_t tty_output(struct tty *tty, const unsigned char *bytes, size_t n)
{
    if (tty->is_stopped || !tty_send_echo(tty))
        return 0;
    size_t done = output_now(tty, bytes, n);
    if (!done && tty->device->await_room(tty))
        done = output_now(tty, bytes, n);
    if (done)
        tty->device->kick(tty);
    return done;
}

bool tty_is_writable(struct tty *tty)
{
    if (tty->is_stopped || !tty_send_echo(tty))
        return false;
    if (tty->device->room(tty) >= TTY_MAX_EXPANSION)
        return true;
    tty->device->await_room(tty);
    return tty->device->room(tty) >= TTY_MAX_EXPANSION;
}

void tty_stop_output(struct tty *tty) { tty->is_stopped = true; }

void tty_start_output(struct tty *tty)
{
    if (!tty->is_stopped)
        return;
    tty->is_stopped = false;
    tty_on_room(tty);
}

void tty_put_raw(struct tty *tty, unsigned char byte)
{
    if (!tty->device->room(tty))
        return;
    tty->device->put(tty, &byte, 1);
    tty->device->kick(tty);
}
