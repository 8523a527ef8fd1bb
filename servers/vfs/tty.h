// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// A terminal: line discipline (tty_ldisc.c), output processing (tty_output.c), sessions and job control (tty_job.c),
// ioctls (tty_ioctl.c), descriptions (tty.c), over a device that moves bytes (console.c).
//
// T1: tail <= canon_head <= head <= tail + TTY_INPUT_SIZE. In canonical mode [tail, canon_head) are whole lines, the line
//     being edited follows; otherwise canon_head means nothing and [tail, head) can be read.
// T2: line_end has a bit for each byte in [tail, canon_head) that ends a line: a newline or like it, or 0 for "end of file",
//     which is not given to the reader.
// T3: session is 0 or a session whose controlling terminal this is; a session has at most one. foreground is 0 then, or a
//     group of that session.
// T4: whenever bytes wait in the echo buffer, or a writer waits, the device has been asked to tell of room (or output is
//     stopped).

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lx/abi.h>

#include "wait.h"

struct file;
struct io;
struct tty;

#define TTY_INPUT_SIZE 4096u
#define TTY_ECHO_SIZE 1024u
#define TTY_MAX_EXPANSION 8 // bytes that one byte of output can become

// The byte mover below.
struct tty_device {
    size_t (*room)(struct tty *tty);                                    // bytes that put takes now
    void (*put)(struct tty *tty, const unsigned char *bytes, size_t n); // n <= room
    void (*kick)(struct tty *tty);                                      // after puts: send
    size_t (*unsent)(struct tty *tty);                                  // bytes put and not on the line yet
    bool (*await_room)(struct tty *tty);   // call tty_on_room when bytes have been sent; true: there is room already
    void (*resume_input)(struct tty *tty); // the terminal may take input again
};

struct tty {
    const struct tty_device *device;
    uint64_t number;     // as a device
    uint64_t generation; // hang-ups so far
    struct lx_termios termios;
    struct lx_winsize winsize;
    uint32_t session, foreground;
    // Input.
    unsigned char input[TTY_INPUT_SIZE];
    unsigned char line_end[TTY_INPUT_SIZE / 8];
    uint64_t head, canon_head, tail;
    bool is_next_literal; // after LNEXT
    bool is_throttled;    // the other side was sent STOP (IXOFF)
    // Output.
    bool is_stopped;      // by STOP (IXON) or TCOOFF
    unsigned column;      // of the cursor, as far as known
    unsigned line_column; // where the line being edited began
    unsigned char echo[TTY_ECHO_SIZE];
    uint64_t echo_head, echo_tail;
    struct wait_queue readers, writers, drainers, background;
};

// tty.c
void tty_init(struct tty *tty, const struct tty_device *device, uint64_t number);
// The device has sent something.
void tty_on_room(struct tty *tty);
// Wakes those who wait until everything is sent, or sees to it that it will be told.
void tty_wake_drainers(struct tty *tty);
// The terminal that is SID's controlling one, NULL if it has none.
struct tty *tty_of(uint32_t sid);
// Ends what is open (but the console's descriptions): end of file, EIO.
void tty_hang_up(struct tty *tty);

// tty_ldisc.c
// Takes input from the device; how many bytes of N it took. The rest must come again after resume_input.
size_t tty_input(struct tty *tty, const unsigned char *bytes, size_t n);
// Whether a read of N bytes (n > 0) would give something.
bool tty_is_readable(const struct tty *tty, size_t n);
// Reads at most N bytes of what is readable: at most one line, 0 at the end of file.
size_t tty_take_input(struct tty *tty, void *data, size_t n);
// Bytes that could be read without waiting.
size_t tty_input_length(const struct tty *tty);
void tty_flush_input(struct tty *tty);
// Sets new modes, and brings the input buffer in step with them.
void tty_set_termios(struct tty *tty, const struct lx_termios *termios);
static inline bool tty_is_canonical(const struct tty *tty) { return tty->termios.c_lflag & LX_ICANON; }

// tty_output.c
// Writes at most N bytes, processed as the modes say; how many of them. 0: stopped or no room, tty_on_room will be called.
size_t tty_output(struct tty *tty, const unsigned char *bytes, size_t n);
// Puts a byte, as output, into the echo buffer; without room there it is dropped.
void tty_echo(struct tty *tty, unsigned char byte);
size_t tty_echo_room(const struct tty *tty);
// Sends what is in the echo buffer, as far as the device takes it. Whether the buffer is empty.
bool tty_send_echo(struct tty *tty);
bool tty_is_writable(struct tty *tty);
void tty_stop_output(struct tty *tty);
void tty_start_output(struct tty *tty);
// Puts BYTE past all processing, if the device has room.
void tty_put_raw(struct tty *tty, unsigned char byte);

// tty_job.c
// Sends SIGNAL to the foreground group, if there is one.
void tty_signal(struct tty *tty, unsigned signal);
// Whether IO may go on although the caller may be in the background: 0; -LX_EIO; or -LX_EAGAIN: SIGNAL (SIGTTIN, SIGTTOU)
// has been sent to its group and the call is to be repeated.
long tty_check_background(struct tty *tty, const struct io *io, unsigned signal);
long tty_take_session(struct tty *tty, const struct io *io, uint64_t argument); // TIOCSCTTY
long tty_give_up_session(struct tty *tty, const struct io *io);                 // TIOCNOTTY
long tty_set_foreground(struct tty *tty, const struct io *io, int32_t pgid);    // TIOCSPGRP
// Whether it is the caller's controlling terminal.
bool tty_is_controlling(const struct tty *tty, const struct io *io);

// tty_ioctl.c
long tty_ioctl(struct file *file, const struct io *io, unsigned command, uint64_t argument, void *data,
               size_t *out_length);
