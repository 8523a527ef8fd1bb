// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "tty.h"

#include "client.h"
#include "console.h"
#include "device.h"
#include "file.h"
#include "inode.h"
#include "port.h"
#include "streams.h"

#define IN_BITS (LX_POLLIN | LX_POLLRDNORM)
#define OUT_BITS (LX_POLLOUT | LX_POLLWRNORM)

#define TTY_MAJOR 4 // serial lines from minor 64 on
#define TTY_AUX_MAJOR 5
#define SERIAL_MINOR 64
#define CONSOLE_MINOR 1

static const struct lx_termios default_termios = {
    .c_iflag = LX_ICRNL | LX_IXON | LX_IUTF8,
    .c_oflag = LX_OPOST | LX_ONLCR,
    .c_cflag = LX_B115200 | LX_CS8 | LX_CREAD | LX_HUPCL | LX_CLOCAL,
    .c_lflag = LX_ISIG | LX_ICANON | LX_ECHO | LX_ECHOE | LX_ECHOK | LX_ECHOCTL | LX_ECHOKE | LX_IEXTEN,
    .c_cc = {[LX_VINTR] = 3,
             [LX_VQUIT] = 28,
             [LX_VERASE] = 127,
             [LX_VKILL] = 21,
             [LX_VEOF] = 4,
             [LX_VMIN] = 1,
             [LX_VSTART] = 17,
             [LX_VSTOP] = 19,
             [LX_VSUSP] = 26,
             [LX_VREPRINT] = 18,
             [LX_VDISCARD] = 15,
             [LX_VWERASE] = 23,
             [LX_VLNEXT] = 22},
};

void tty_init(struct tty *tty, const struct tty_device *device, uint64_t number)
{
    *tty = (struct tty){.device = device, .number = number, .termios = default_termios};
}

struct tty *tty_of(uint32_t sid)
{
    struct tty *tty = console_tty();
    return sid && tty->session == sid ? tty : NULL;
}

void tty_wake_drainers(struct tty *tty)
{
    if (!tty->drainers.tickets.first)
        return;
    // What is sent before we have asked to be told would not be told.
    if (tty->device->unsent(tty))
        tty->device->await_room(tty);
    if (tty->device->unsent(tty) == 0)
        wait_wake_all(&tty->drainers);
}

void tty_on_room(struct tty *tty)
{
    if (tty->writers.tickets.first || tty->writers.readiness.first) {
        if (tty_is_writable(tty))
            wait_wake_one(&tty->writers);
    } else {
        tty_send_echo(tty);
    }
    tty_wake_drainers(tty);
    tty->device->resume_input(tty); // it may have waited for the echo
}

void tty_hang_up(struct tty *tty)
{
    tty->generation++;
    tty_flush_input(tty);
    tty->is_stopped = false;
    wait_wake_all(&tty->readers);
    wait_wake_all(&tty->writers);
    wait_wake_all(&tty->drainers);
    wait_wake_all(&tty->background);
}

// Descriptions: object is the terminal, offset its generation when it was opened. Those of /dev/console last through
// hang-ups, as in Linux.
static struct tty *tty_of_file(const struct file *file) { return file->object; }

static bool is_hung_up(const struct file *file)
{
    return file->offset != tty_of_file(file)->generation &&
           file->inode->rdev != device_number(TTY_AUX_MAJOR, CONSOLE_MINOR);
}

static long tty_read(struct file *file, const struct io *io, void *data, size_t n, uint64_t *pos)
{
    (void)pos;
    struct tty *tty = tty_of_file(file);
    if (is_hung_up(file) || n == 0)
        return 0;
    long status = tty_check_background(tty, io, LX_SIGTTIN);
    if (status)
        return status;
    if (!tty_is_readable(tty, n)) {
        const unsigned char *cc = tty->termios.c_cc;
        bool is_polling = !tty_is_canonical(tty) && !cc[LX_VMIN] && !cc[LX_VTIME];
        return is_polling ? 0 : wait_or_again(io, &tty->readers);
    }
    size_t done = tty_take_input(tty, data, n);
    tty->device->resume_input(tty);
    if (tty_is_readable(tty, 1))
        wait_wake_one(&tty->readers);
    return (long)done;
}

static long tty_write(struct file *file, const struct io *io, const void *data, size_t n, uint64_t *pos)
{
    (void)pos;
    struct tty *tty = tty_of_file(file);
    if (is_hung_up(file))
        return -LX_EIO;
    long status = tty->termios.c_lflag & LX_TOSTOP ? tty_check_background(tty, io, LX_SIGTTOU) : 0;
    if (status || n == 0)
        return status;
    size_t done = tty_output(tty, data, n);
    if (!done)
        return wait_or_again(io, &tty->writers);
    if (tty->writers.tickets.first && tty_is_writable(tty))
        wait_wake_one(&tty->writers);
    return (long)done;
}

static long tty_poll(struct file *file, struct thread *waiter, unsigned events)
{
    struct tty *tty = tty_of_file(file);
    if (is_hung_up(file))
        return IN_BITS | OUT_BITS | LX_POLLERR | LX_POLLHUP;
    unsigned bits = 0;
    if (events & IN_BITS && tty_is_readable(tty, TTY_INPUT_SIZE))
        bits |= IN_BITS;
    if (events & OUT_BITS && tty_is_writable(tty))
        bits |= OUT_BITS;
    long status = waiter ? wait_readiness(waiter, &tty->readers) : 0;
    if (waiter && status == 0 && events & OUT_BITS)
        status = wait_readiness(waiter, &tty->writers);
    return status ? status : (long)bits;
}

static long tty_file_ioctl(struct file *file, const struct io *io, unsigned command, uint64_t argument, void *data,
                           size_t *out_length)
{
    return is_hung_up(file) ? -LX_EIO : tty_ioctl(file, io, command, argument, data, out_length);
}

// VTIME counts tenths of a second, from the start of the read if VMIN is 0. With VMIN it bounds the gaps between bytes:
// there a read ends with the first bytes that come.
static uint64_t tty_read_timeout_ns(const struct file *file)
{
    const struct tty *tty = tty_of_file(file);
    const unsigned char *cc = tty->termios.c_cc;
    return tty_is_canonical(tty) || cc[LX_VMIN] || !cc[LX_VTIME] ? FILE_READ_WAITS : cc[LX_VTIME] * 100000000ull;
}

static const struct file_ops tty_file_ops = {
    .traits = FILE_STREAM,
    .read = tty_read,
    .write = tty_write,
    .poll = tty_poll,
    .ioctl = tty_file_ioctl,
    .read_timeout_ns = tty_read_timeout_ns,
};

static void attach(struct file *file, struct tty *tty)
{
    file->ops = &tty_file_ops;
    file->object = tty;
    file->offset = tty->generation;
}

static long open_console(struct file *file, const struct io *io)
{
    (void)io;
    attach(file, console_tty());
    return 0;
}

static long open_controlling(struct file *file, const struct io *io)
{
    struct tty *tty = tty_of(client_creds(io->client)->sid);
    if (!tty)
        return -LX_ENXIO;
    attach(file, tty);
    return 0;
}

void tty_register_devices(void)
{
    device_register("console", 0600, TTY_AUX_MAJOR, CONSOLE_MINOR, open_console);
    device_register("tty", 0666, TTY_AUX_MAJOR, 0, open_controlling);
    device_register("ttyS0", 0660, TTY_MAJOR, SERIAL_MINOR, open_console);
    tty_init(console_tty(), &console_device, device_number(TTY_MAJOR, SERIAL_MINOR));
}
