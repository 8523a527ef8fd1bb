// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "system.h"

#include "trona/string.h"

_Noreturn void sys_exit(int status)
{
    for (;;)
        SYS1(exit_group, status);
}

long write_all(long fd, const void *data, size_t n)
{
    const char *p = data;
    while (n) {
        long done = SYS3(write, fd, p, n);
        if (done == -LX_EINTR)
            continue;
        if (done <= 0)
            return done ? done : -LX_EIO;
        p += done;
        n -= (size_t)done;
    }
    return 0;
}

long read_file(const char *path, char *text, size_t size)
{
    long fd = sys_open(path, LX_O_RDONLY);
    if (fd < 0)
        return fd;
    size_t length = 0;
    long n;
    while (length < size && ((n = sys_read(fd, text + length, size - length)) > 0 || n == -LX_EINTR))
        length += n > 0 ? (size_t)n : 0;
    sys_close(fd);
    if (length == size)
        return -LX_E2BIG;
    text[length] = 0;
    return n < 0 ? n : (long)length;
}

void complain(const char *text, long error)
{
    char line[160], digits[24], *digit = digits + sizeof digits;
    size_t length = 0;
    *--digit = 0;
    for (long rest = error < 0 ? -error : error; rest || !*digit; rest /= 10)
        *--digit = (char)('0' + rest % 10);
    const char *const pieces[] = {"init: ", text, ": error ", digit, "\n"};
    for (unsigned i = 0; i < sizeof pieces / sizeof pieces[0]; i++)
        for (const char *p = pieces[i]; *p && length < sizeof line; p++)
            line[length++] = *p;
    write_all(2, line, length);
}
