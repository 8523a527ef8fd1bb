// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "tty.h"

#include <string.h>

#include "stage.h"
#include "streams.h"
#include "unit.h"

static char got[8192];

static long do_read(struct file *file, size_t n)
{
    struct io io = stage_io(0);
    wait_begin(io.thread, file);
    memset(got, 0, sizeof got);
    return file->ops->read(file, &io, got, n, NULL);
}

static long do_write(struct file *file, unsigned thread, const char *text)
{
    struct io io = stage_io(thread);
    wait_begin(io.thread, file);
    return file->ops->write(file, &io, text, strlen(text), NULL);
}

static long do_ioctl(struct file *file, unsigned command, uint64_t argument, void *data)
{
    struct io io = stage_io(0);
    size_t out_length = 0;
    wait_begin(io.thread, file);
    return file->ops->ioctl(file, &io, command, argument, data, &out_length);
}

// What the device got since the last call.
static const char *shown(void)
{
    static char text[sizeof stage_output];
    memcpy(text, stage_output, stage_output_length + 1);
    stage_output_length = 0;
    stage_output[0] = 0;
    stage_room = sizeof stage_output;
    return text;
}

static void set_flags(struct tty *tty, unsigned lflag_set, unsigned lflag_clear)
{
    struct lx_termios t = tty->termios;
    t.c_lflag = (t.c_lflag | lflag_set) & ~lflag_clear;
    tty_set_termios(tty, &t);
}

TEST(tty_reads_whole_lines_as_they_are_completed)
{
    struct tty *tty = stage_tty();
    struct file *f = stage_open_tty("console");
    stage_type(tty, "ab");
    CHECK(do_read(f, 100) == -LX_EAGAIN);
    stage_type(tty, "c\rsecond\n");
    CHECK(stage_wakes[0] == 1);
    CHECK(strcmp(shown(), "abc\r\nsecond\r\n") == 0);
    CHECK(do_read(f, 2) == 2 && do_read(f, 100) == 2 && strcmp(got, "c\n") == 0);
    CHECK(do_read(f, 100) == 7 && strcmp(got, "second\n") == 0);
    file_put(f);
}

TEST(tty_end_of_file_is_a_line_of_nothing)
{
    struct tty *tty = stage_tty();
    struct file *f = stage_open_tty("console");
    stage_type(tty, "\4ab\4abc\4x\n");
    CHECK(do_read(f, 100) == 0);
    CHECK(do_read(f, 100) == 2);
    CHECK(do_read(f, 3) == 3 && do_read(f, 100) == 2 && strcmp(got, "x\n") == 0); // the end belongs to the full read
    file_put(f);
}

TEST(tty_edits_the_line)
{
    struct tty *tty = stage_tty();
    struct file *f = stage_open_tty("console");
    stage_type(tty, "abx\177c one two  \27\27\177.\n");
    CHECK(do_read(f, 100) == 5 && strcmp(got, "abc.\n") == 0);
    CHECK(strcmp(shown(), "abx\b \bc one two  \b \b\b \b\b \b\b \b\b \b\b \b\b \b\b \b\b \b\b \b.\r\n") == 0);
    stage_type(tty, "gone\25kept\n");
    CHECK(do_read(f, 100) == 5 && strcmp(got, "kept\n") == 0);
    shown();
    stage_type(tty, "a\t\177\1\177\26\3\n");
    CHECK(strcmp(shown(), "a\t\b\b\b\b\b\b\b^A\b \b\b \b^\b^C\r\n") == 0);
    CHECK(do_read(f, 100) == 3 && strcmp(got, "a\3\n") == 0);
    stage_type(tty, "\303\244\177o\n"); // UTF-8
    CHECK(strcmp(shown(), "\303\244\b \bo\r\n") == 0);
    CHECK(do_read(f, 100) == 2);
    stage_type(tty, "ab\22c\n");
    CHECK(strcmp(shown(), "ab^R\r\nabc\r\n") == 0);
    file_put(f);
}

TEST(tty_sends_signals_to_the_foreground_group)
{
    struct tty *tty = stage_tty();
    struct file *f = stage_open_tty("console");
    stage_type(tty, "\3");
    CHECK(stage_nr_signals == 0);
    stage_process(1, 0, 1, 1);
    CHECK(do_ioctl(f, LX_TIOCSCTTY, 0, NULL) == 0);
    stage_type(tty, "lost\3\32\34x\n");
    CHECK(stage_nr_signals == 3 && stage_signals[0].group == 1 && stage_signals[0].signal == LX_SIGINT);
    CHECK(stage_signals[1].signal == LX_SIGTSTP && stage_signals[2].signal == LX_SIGQUIT);
    CHECK(do_read(f, 100) == 2 && strcmp(got, "x\n") == 0);
    set_flags(tty, 0, LX_ISIG);
    stage_type(tty, "\3\n");
    CHECK(stage_nr_signals == 3 && do_read(f, 100) == 2);
    file_put(f);
}

TEST(tty_raw_mode_gives_bytes_by_vmin)
{
    struct tty *tty = stage_tty();
    struct file *f = stage_open_tty("console");
    set_flags(tty, 0, LX_ICANON | LX_ECHO | LX_ISIG | LX_IEXTEN);
    tty->termios.c_iflag = tty->termios.c_oflag = 0;
    stage_type(tty, "\r\3\177\4");
    CHECK(do_read(f, 100) == 4 && strcmp(got, "\r\3\177\4") == 0 && strcmp(shown(), "") == 0);
    CHECK(do_read(f, 100) == -LX_EAGAIN);
    tty->termios.c_cc[LX_VMIN] = 0;
    CHECK(do_read(f, 100) == 0);
    tty->termios.c_cc[LX_VMIN] = 3;
    stage_type(tty, "ab");
    CHECK(do_read(f, 100) == -LX_EAGAIN && do_read(f, 2) == 2);
    stage_type(tty, "cde");
    CHECK(do_read(f, 100) == 3);
    CHECK(do_write(f, 0, "\n\t") == 2 && strcmp(shown(), "\n\t") == 0);
    file_put(f);
}

TEST(tty_keeps_what_was_typed_ahead_of_a_change_of_mode)
{
    struct tty *tty = stage_tty();
    struct file *f = stage_open_tty("console");
    stage_type(tty, "one\ntw");
    set_flags(tty, 0, LX_ICANON);
    CHECK(do_read(f, 100) == 6 && strcmp(got, "one\ntw") == 0);
    stage_type(tty, "o\nthree\n");
    set_flags(tty, LX_ICANON, 0);
    CHECK(do_read(f, 2) == 2 && do_read(f, 100) == 6 && strcmp(got, "three\n") == 0);
    file_put(f);
}

TEST(tty_processes_output)
{
    struct tty *tty = stage_tty();
    struct file *f = stage_open_tty("console");
    CHECK(do_write(f, 0, "a\nb\r\n") == 5 && strcmp(shown(), "a\r\nb\r\r\n") == 0);
    tty->termios.c_oflag |= LX_XTABS;
    CHECK(do_write(f, 0, "ab\tc\n") == 5 && strcmp(shown(), "ab      c\r\n") == 0);
    tty->termios.c_oflag = LX_OPOST | LX_ONOCR | LX_OLCUC;
    CHECK(do_write(f, 0, "\rab\rc") == 5 && strcmp(shown(), "AB\rC") == 0);
    file_put(f);
}

TEST(tty_stops_and_starts_output)
{
    struct tty *tty = stage_tty();
    struct file *f = stage_open_tty("console");
    stage_type(tty, "\23");
    CHECK(do_write(f, 1, "held") == -LX_EAGAIN);
    stage_type(tty, "e");
    CHECK(strcmp(shown(), "") == 0);
    stage_type(tty, "\21");
    CHECK(stage_wakes[1] == 1 && strcmp(shown(), "e") == 0);
    CHECK(do_write(f, 1, "held") == 4);
    file_put(f);
}

TEST(tty_output_waits_for_room)
{
    struct tty *tty = stage_tty();
    struct file *f = stage_open_tty("console");
    stage_room = 10;
    CHECK(do_write(f, 1, "0123456789") == 3); // room for expansion is kept
    CHECK(do_write(f, 1, "3456789") == -LX_EAGAIN);
    CHECK(f->ops->poll(f, NULL, LX_POLLOUT) == 0);
    CHECK(strcmp(shown(), "012") == 0);
    tty_on_room(tty);
    CHECK(stage_wakes[1] == 1);
    CHECK(do_write(f, 1, "3456789") == 7);
    file_put(f);
}

TEST(tty_input_waits_for_a_reader_but_not_a_line_that_never_ends)
{
    struct tty *tty = stage_tty();
    struct file *f = stage_open_tty("console");
    static unsigned char text[3 * TTY_INPUT_SIZE];
    memset(text, 'a', sizeof text);
    set_flags(tty, 0, LX_ECHO);
    CHECK(tty_input(tty, text, sizeof text) == sizeof text); // canonical: the rest is lost, control characters act
    stage_type(tty, "\n");
    CHECK(do_read(f, sizeof got) == TTY_INPUT_SIZE && got[TTY_INPUT_SIZE - 1] == '\n');
    set_flags(tty, 0, LX_ICANON);
    CHECK(tty_input(tty, text, sizeof text) == TTY_INPUT_SIZE);
    CHECK(tty_input(tty, text, 1) == 0);
    stage_resumed = 0;
    CHECK(do_read(f, 100) == 100 && stage_resumed);
    CHECK(tty_input(tty, text, sizeof text) == 100);
    file_put(f);
}

TEST(tty_echo_that_cannot_be_sent_holds_input_back)
{
    struct tty *tty = stage_tty();
    static unsigned char text[TTY_INPUT_SIZE];
    memset(text, 'e', sizeof text);
    stage_room = 0;
    size_t taken = tty_input(tty, text, 3000);
    CHECK(taken < TTY_ECHO_SIZE && taken > TTY_ECHO_SIZE / 2);
    stage_room = sizeof stage_output;
    CHECK(tty_input(tty, text, 3000 - taken) == 3000 - taken);
    CHECK(strlen(shown()) == 3000);
}

TEST(tty_background_groups_are_stopped)
{
    struct tty *tty = stage_tty();
    struct file *f = stage_open_tty("console");
    stage_process(1, 0, 1, 1);
    stage_process(2, 1, 2, 1);
    CHECK(do_ioctl(f, LX_TIOCSCTTY, 0, NULL) == 0);
    int32_t group = 2;
    CHECK(do_ioctl(f, LX_TIOCSPGRP, 0, &group) == 0);
    group = 9;
    struct io io = stage_io(0);
    size_t n;
    // Now in the background ourselves; group 1 is orphaned, since nobody of another group is parent of a member.
    CHECK(do_read(f, 10) == -LX_EIO);
    stage_client.creds = (struct creds){.pid = 3, .pgid = 3, .sid = 1};
    stage_process(3, 1, 3, 1);
    CHECK(do_read(f, 10) == -LX_EAGAIN && stage_signals[stage_nr_signals - 1].signal == LX_SIGTTIN);
    CHECK(stage_signals[stage_nr_signals - 1].group == 3);
    io.ignores_ttin = true;
    CHECK(f->ops->read(f, &io, got, 10, NULL) == -LX_EIO);
    CHECK(do_write(f, 0, "x") == 1);
    set_flags(tty, LX_TOSTOP, 0);
    CHECK(do_write(f, 0, "x") == -LX_EAGAIN && stage_signals[stage_nr_signals - 1].signal == LX_SIGTTOU);
    CHECK(do_ioctl(f, LX_TIOCSPGRP, 0, &(int32_t){3}) == -LX_EAGAIN);
    io.ignores_ttou = true;
    wait_begin(io.thread, NULL);
    CHECK(f->ops->ioctl(f, &io, LX_TIOCSPGRP, 0, &group, &n) == -LX_ESRCH);
    CHECK(f->ops->ioctl(f, &io, LX_TIOCSPGRP, 0, &(int32_t){3}, &n) == 0);
    CHECK(do_read(f, 10) == -LX_EAGAIN);
    wait_cancel(&stage_threads[0]);
    file_put(f);
}

TEST(tty_session_end_hangs_up_all_but_the_console)
{
    stage_tty();
    stage_process(1, 0, 1, 1);
    struct file *console = stage_open_tty("console");
    CHECK(!stage_open_tty("tty"));
    CHECK(do_ioctl(console, LX_TIOCSCTTY, 0, NULL) == 0);
    struct file *f = stage_open_tty("tty");
    CHECK(f && do_read(f, 10) == -LX_EAGAIN);
    uint64_t number;
    int32_t group;
    tty_of_session(1, &number, &group);
    CHECK(number && group == 1);
    tty_session_ended(1);
    CHECK(stage_nr_signals == 2 && stage_signals[0].signal == LX_SIGHUP && stage_signals[1].signal == LX_SIGCONT);
    CHECK(stage_wakes[0] == 1 && do_read(f, 10) == 0 && do_write(f, 0, "x") == -LX_EIO);
    CHECK(do_ioctl(f, LX_TCGETS, 0, got) == -LX_EIO);
    CHECK(f->ops->poll(f, NULL, LX_POLLIN) & LX_POLLHUP);
    CHECK(do_write(console, 0, "x") == 1);
    CHECK(!stage_open_tty("tty"));
    file_put(f);
    file_put(console);
}

TEST(tty_ioctls_answer_as_linux_does)
{
    struct tty *tty = stage_tty();
    struct file *f = stage_open_tty("ttyS0");
    struct lx_termios t;
    struct lx_winsize size = {.ws_row = 40, .ws_col = 100};
    int32_t n;
    CHECK(do_ioctl(f, LX_TCGETS, 0, &t) == 0 && t.c_lflag & LX_ICANON);
    CHECK(do_ioctl(f, LX_TIOCGPGRP, 0, &n) == -LX_ENOTTY);
    stage_process(1, 0, 1, 1);
    CHECK(do_ioctl(f, LX_TIOCSCTTY, 0, NULL) == 0);
    CHECK(do_ioctl(f, LX_TIOCGPGRP, 0, &n) == 0 && n == 1 && do_ioctl(f, LX_TIOCGSID, 0, &n) == 0 && n == 1);
    CHECK(do_ioctl(f, LX_TIOCSWINSZ, 0, &size) == 0 && stage_signals[0].signal == LX_SIGWINCH);
    CHECK(do_ioctl(f, LX_TIOCSWINSZ, 0, &size) == 0 && stage_nr_signals == 1);
    stage_type(tty, "abc\nd\4");
    CHECK(do_ioctl(f, LX_FIONREAD, 0, &n) == 0 && n == 5);
    CHECK(do_ioctl(f, LX_TCFLSH, LX_TCIFLUSH, NULL) == 0 && do_ioctl(f, LX_FIONREAD, 0, &n) == 0 && n == 0);
    CHECK(do_ioctl(f, LX_TCFLSH, 9, NULL) == -LX_EINVAL);
    CHECK(do_ioctl(f, 0x1234, 0, NULL) == -LX_ENOTTY);
    stage_room = 0;
    CHECK(do_ioctl(f, LX_TCSBRK, 1, NULL) == -LX_EAGAIN);
    stage_room = 100;
    tty_on_room(tty);
    CHECK(stage_wakes[0] == 1 && do_ioctl(f, LX_TCSBRK, 1, NULL) == 0);
    CHECK(do_ioctl(f, LX_TCSETSW, 0, &t) == 0);
    CHECK(do_ioctl(f, LX_TIOCSTI, 0, "q") == 0 && do_ioctl(f, LX_TIOCNOTTY, 0, NULL) == 0);
    CHECK(do_ioctl(f, LX_TIOCGPGRP, 0, &n) == -LX_ENOTTY);
    file_put(f);
}
