// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "path_fd.h"

#include "trona/format.h"
#include "trona/string.h"

#define FD_DIRECTORY "/proc/self/fd/"
#define MAX_DIGITS 9

// Behind PREFIX in PATH, NULL if PATH does not begin with it.
static const char *skip(const char *path, const char *prefix)
{
    size_t n = strlen(prefix);
    return strncmp(path, prefix, n) == 0 ? path + n : NULL;
}

static bool parse_number(const char *s, uint64_t *value, const char **rest)
{
    size_t n = 0;
    for (*value = 0; s[n] >= '0' && s[n] <= '9'; n++) {
        if (n == MAX_DIGITS)
            return false;
        *value = *value * 10 + (uint64_t)(s[n] - '0');
    }
    *rest = s + n;
    return n > 0;
}

// Behind /proc/PID/fd/ of one's own.
static const char *skip_own_pid(const char *path, uint64_t pid)
{
    uint64_t number;
    const char *rest = skip(path, "/proc/");
    return rest && parse_number(rest, &number, &rest) && number == pid ? skip(rest, "/fd/") : NULL;
}

static bool is_standard(const char *path, int *fd)
{
    static const char *const names[] = {"stdin", "stdout", "stderr"};
    const char *name = skip(path, "/dev/");
    for (int i = 0; name && i < 3; i++) {
        if (strcmp(name, names[i]) == 0) {
            *fd = i;
            return true;
        }
    }
    return false;
}

bool path_names_fd(const char *path, uint64_t pid, bool follows, int *fd, const char **rest)
{
    uint64_t number;
    if (follows && is_standard(path, fd)) {
        *rest = "";
        return true;
    }
    const char *digits = skip(path, FD_DIRECTORY);
    if (!digits)
        digits = skip(path, "/dev/fd/");
    if (!digits)
        digits = skip_own_pid(path, pid);
    if (!digits || !parse_number(digits, &number, rest) || (**rest && **rest != '/'))
        return false;
    *fd = (int)number;
    return true;
}

bool path_write_handle(char *path, size_t size, uint64_t handle, const char *rest)
{
    char head[sizeof FD_DIRECTORY + 20];
    size_t n = (size_t)trona_format(head, sizeof head, FD_DIRECTORY "%lu", (unsigned long)handle), m = strlen(rest) + 1;
    if (n + m > size)
        return false;
    memmove(path + n, rest, m);
    memcpy(path, head, n);
    return true;
}
