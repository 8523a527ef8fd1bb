// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The agent of ./run --exec. It owns the console, which is a raw line of packets: nobody else may write there, so its own
// complaints go as packets, too.

#include "agent.h"

#include "event.h"
#include "frame.h"
#include "options.h"
#include "spawn.h"
#include "stop.h"
#include "system.h"
#include "trona/string.h"

enum { SOURCE_STDOUT, SOURCE_STDERR, SOURCE_LOG, NR_SOURCES };
static const char source_type[NR_SOURCES] = {FRAME_STDOUT, FRAME_STDERR, FRAME_LOG};
static struct lx_pollfd sources[NR_SOURCES]; // fd negative: closed
static long console;

// A packet leaves by one write if it is small enough, so that header and payload share the way.
static unsigned char packet[FRAME_HEADER + 16384];
#define CHUNK (sizeof packet - FRAME_HEADER)

static void send_payload(char type, size_t n)
{
    frame_header(packet, type, (uint32_t)n);
    if (write_all(console, packet, FRAME_HEADER + n))
        stop_at_once(LX_REBOOT_CMD_POWER_OFF); // nobody could be told anything any more
}

static void send_text(char type, const char *text)
{
    size_t n = strlen(text);
    memcpy(packet + FRAME_HEADER, text, n);
    send_payload(type, n);
}

static void close_source(unsigned i)
{
    sys_close(sources[i].fd);
    sources[i].fd = -1;
}

// A record of the log is "level,sequence,time,-;text": only the text is for people. Where it starts in the N bytes.
static size_t log_text_start(size_t n)
{
    const unsigned char *text = packet + FRAME_HEADER, *semicolon = memchr(text, ';', n);
    return semicolon ? (size_t)(semicolon - text) + 1 : 0;
}

// Sends one read's worth of a source, at most LIMIT bytes. How many; 0: it has ended, or has nothing now.
static size_t forward(unsigned i, size_t limit)
{
    long n = sys_read(sources[i].fd, packet + FRAME_HEADER, limit < CHUNK ? limit : CHUNK);
    if (n > 0 && i == SOURCE_LOG) {
        size_t start = log_text_start((size_t)n);
        memmove(packet + FRAME_HEADER, packet + FRAME_HEADER + start, (size_t)n - start);
        n -= (long)start;
    }
    if (n > 0)
        send_payload(source_type[i], (size_t)n);
    else if (n != -LX_EAGAIN && n != -LX_EINTR && n != -LX_EPIPE)
        close_source(i); // -EPIPE of the log: it has overtaken us; the next read goes on
    return n > 0 ? (size_t)n : 0;
}

static long open_console(void)
{
    console = sys_open("/dev/console", LX_O_RDWR | LX_O_NOCTTY);
    struct lx_termios raw;
    if (console < 0 || sys_ioctl(console, LX_TCGETS, &raw))
        return -LX_ENXIO;
    raw.c_iflag = raw.c_oflag = raw.c_lflag = 0;
    raw.c_cflag = (raw.c_cflag & ~(unsigned)(LX_CSIZE | LX_PARENB)) | LX_CS8;
    raw.c_cc[LX_VMIN] = 1;
    raw.c_cc[LX_VTIME] = 0;
    return sys_ioctl(console, LX_TCSETS, &raw);
}

// In the child: a session without a terminal, the three descriptors.
static long take_descriptors(const struct spawn *spawn)
{
    long error = SYS0(setsid);
    for (int fd = 0; fd < 3 && error >= 0; fd++)
        error = sys_dup_to(spawn->fds[fd], fd);
    return error < 0 ? error : 0;
}

static long start_command(const struct options *options, const char *command)
{
    int out[2], err[2];
    long null = sys_open("/dev/null", LX_O_RDWR);
    if (null < 0 || sys_pipe(out, LX_O_CLOEXEC) || sys_pipe(err, LX_O_CLOEXEC))
        return -LX_EMFILE;
    sources[SOURCE_STDOUT] = (struct lx_pollfd){.fd = out[0], .events = LX_POLLIN};
    sources[SOURCE_STDERR] = (struct lx_pollfd){.fd = err[0], .events = LX_POLLIN};
    const struct spawn spawn = {.arg0 = "sh",
                                .command = command,
                                .directory = "/",
                                .prepare = take_descriptors,
                                .options = options,
                                .fds = {(int)null, out[1], err[1]}};
    long pid = spawn_shell(&spawn);
    sys_close(null);
    sys_close(out[1]);
    sys_close(err[1]);
    return pid;
}

// The command has ended: sends what is in its pipe now. Background processes may hold it open and write on.
static void drain(unsigned i)
{
    int left = 0;
    if (sources[i].fd < 0 || sys_ioctl(sources[i].fd, LX_FIONREAD, &left))
        return;
    while (left > 0 && sources[i].fd >= 0) {
        size_t n = forward(i, (size_t)left);
        if (!n)
            return;
        left -= (int)n;
    }
}

static void drain_log(void)
{
    if (sources[SOURCE_LOG].fd < 0)
        return;
    for (unsigned records = 0; records < 4096 && forward(SOURCE_LOG, CHUNK); records++)
        ;
}

_Noreturn static void finish(uint32_t status)
{
    unsigned char last[2 * FRAME_HEADER + 4];
    frame_status(last, status);
    // An empty packet behind: the line's last byte may still be on its way when the power goes.
    frame_header(last + FRAME_HEADER + 4, FRAME_LOG, 0);
    write_all(console, last, sizeof last);
    sys_ioctl(console, LX_TCSBRK, (void *)1); // until everything is out
    stop_at_once(LX_REBOOT_CMD_POWER_OFF);
}

// Forwards until the command's shell has ended; its status word.
static unsigned follow(long shell)
{
    for (;;) {
        unsigned status;
        long pid = event_reap(&status);
        if (pid == shell)
            return status;
        if (event_stop_request())
            stop_machine(event_stop_request());
        if (pid > 0 || !event_wait(sources, NR_SOURCES, -1))
            continue;
        for (unsigned i = 0; i < NR_SOURCES; i++)
            if (sources[i].fd >= 0 && sources[i].revents)
                forward(i, CHUNK);
    }
}

_Noreturn void agent_run(const struct options *options, const char *command)
{
    long error = open_console();
    if (error) {
        complain("the console cannot be used", error);
        sys_exit(1);
    }
    sources[SOURCE_LOG].fd = -1;
    if (options->is_verbose)
        sources[SOURCE_LOG] =
            (struct lx_pollfd){.fd = (int)sys_open("/dev/kmsg", LX_O_RDONLY | LX_O_NONBLOCK), .events = LX_POLLIN};
    long shell = start_command(options, command);
    if (shell < 0) {
        send_text(FRAME_STDERR, "init: cannot run /bin/sh\n");
        finish(127);
    }
    unsigned status = follow(shell);
    drain(SOURCE_STDOUT);
    drain(SOURCE_STDERR);
    drain_log();
    finish(frame_shell_status(status));
}
