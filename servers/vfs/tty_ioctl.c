// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// ioctls of terminals. Source: Linux ioctl_tty(2).

#include <kn/proto/proc.h>

#include "file.h"
#include "trona/string.h"
#include "tty.h"

static long put_int(void *data, size_t *out_length, int32_t value)
{
    memcpy(data, &value, sizeof value);
    *out_length = sizeof value;
    return 0;
}

// 0 when all output is on the line; else the caller waits for that, also with O_NONBLOCK.
static long drain(struct tty *tty, const struct io *io)
{
    if (tty_send_echo(tty) && tty->device->unsent(tty) == 0)
        return 0;
    long status = io->thread ? wait_ticket(io->thread, &tty->drainers) : 0;
    if (status)
        return status;
    tty_wake_drainers(tty);
    return -LX_EAGAIN;
}

static long set_termios(struct tty *tty, const struct io *io, unsigned command, const void *data)
{
    struct lx_termios termios;
    long status = tty_check_background(tty, io, LX_SIGTTOU);
    if (status == 0 && command != LX_TCSETS)
        status = drain(tty, io);
    if (status)
        return status;
    memcpy(&termios, data, sizeof termios);
    if (command == LX_TCSETSF)
        tty_flush_input(tty);
    tty_set_termios(tty, &termios);
    tty->device->resume_input(tty);
    return 0;
}

static long set_winsize(struct tty *tty, const void *data)
{
    struct lx_winsize new;
    memcpy(&new, data, sizeof new);
    if (memcmp(&new, &tty->winsize, sizeof new) != 0) {
        tty->winsize = new;
        tty_signal(tty, LX_SIGWINCH);
    }
    return 0;
}

static long flush(struct tty *tty, uint64_t what)
{
    if (what != LX_TCIFLUSH && what != LX_TCOFLUSH && what != LX_TCIOFLUSH)
        return -LX_EINVAL;
    if (what != LX_TCOFLUSH)
        tty_flush_input(tty);
    if (what != LX_TCIFLUSH)
        tty->echo_tail = tty->echo_head; // what the device has is as good as sent
    tty->device->resume_input(tty);
    return 0;
}

static long control_flow(struct tty *tty, uint64_t what)
{
    switch (what) {
    case LX_TCOOFF: tty_stop_output(tty); return 0;
    case LX_TCOON: tty_start_output(tty); return 0;
    case LX_TCIOFF: tty_put_raw(tty, tty->termios.c_cc[LX_VSTOP]); return 0;
    case LX_TCION: tty_put_raw(tty, tty->termios.c_cc[LX_VSTART]); return 0;
    default: return -LX_EINVAL;
    }
}

static long simulate_input(struct tty *tty, const struct io *io, const void *data)
{
    unsigned char byte = *(const volatile unsigned char *)data;
    if (!tty_is_controlling(tty, io))
        return -LX_EPERM;
    tty_input(tty, &byte, 1);
    return 0;
}

// Commands that change the terminal's state for others: not from the background.
static long change(struct tty *tty, const struct io *io, unsigned command, uint64_t argument, const void *data)
{
    int32_t pgid;
    long status = tty_check_background(tty, io, LX_SIGTTOU);
    if (status)
        return status;
    switch (command) {
    case LX_TIOCSPGRP: memcpy(&pgid, data, sizeof pgid); return tty_set_foreground(tty, io, pgid);
    case LX_TCFLSH: return flush(tty, argument);
    case LX_TCXONC: return control_flow(tty, argument);
    default: return drain(tty, io); // TCSBRK, TCSBRKP: the line has no break condition to send
    }
}

long tty_ioctl(struct file *file, const struct io *io, unsigned command, uint64_t argument, void *data,
               size_t *out_length)
{
    struct tty *tty = file->object;
    switch (command) {
    case LX_TCGETS:
        memcpy(data, &tty->termios, sizeof tty->termios);
        *out_length = sizeof tty->termios;
        return 0;
    case LX_TIOCGWINSZ:
        memcpy(data, &tty->winsize, sizeof tty->winsize);
        *out_length = sizeof tty->winsize;
        return 0;
    case LX_TCSETS:
    case LX_TCSETSW:
    case LX_TCSETSF: return set_termios(tty, io, command, data);
    case LX_TIOCSWINSZ: return set_winsize(tty, data);
    case LX_TIOCSPGRP:
    case LX_TCFLSH:
    case LX_TCXONC:
    case LX_TCSBRK:
    case LX_TCSBRKP: return change(tty, io, command, argument, data);
    case LX_TIOCGPGRP:
        return tty_is_controlling(tty, io) ? put_int(data, out_length, (int32_t)tty->foreground) : -LX_ENOTTY;
    case LX_TIOCGSID:
        return tty_is_controlling(tty, io) ? put_int(data, out_length, (int32_t)tty->session) : -LX_ENOTTY;
    case LX_TIOCSCTTY: return tty_take_session(tty, io, argument);
    case LX_TIOCNOTTY: return tty_give_up_session(tty, io);
    case LX_FIONREAD: return put_int(data, out_length, (int32_t)tty_input_length(tty));
    case LX_TIOCOUTQ:
        return put_int(data, out_length, (int32_t)(tty->device->unsent(tty) + TTY_ECHO_SIZE - tty_echo_room(tty)));
    case LX_TIOCSTI: return simulate_input(tty, io, data);
    case LX_TIOCGETD: return put_int(data, out_length, 0);
    default: return -LX_ENOTTY;
    }
}
