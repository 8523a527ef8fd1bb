// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "../path_fd.h"

#include <string.h>

#include "unit.h"

static int fd_of(const char *path, bool follows)
{
    int fd;
    const char *rest;
    return path_names_fd(path, 42, follows, &fd, &rest) ? fd : -1;
}

TEST(path_fd_descriptors_are_recognised)
{
    CHECK(fd_of("/proc/self/fd/7", true) == 7 && fd_of("/dev/fd/12", false) == 12 && fd_of("/proc/42/fd/3", true) == 3);
    CHECK(fd_of("/dev/stdin", true) == 0 && fd_of("/dev/stderr", true) == 2 && fd_of("/dev/stdout", false) == -1);
}

TEST(path_fd_other_paths_are_left_alone)
{
    CHECK(fd_of("/proc/self/fd", true) == -1 && fd_of("/proc/self/fd/", true) == -1 &&
          fd_of("/proc/41/fd/3", true) == -1);
    CHECK(fd_of("/proc/self/fd/7x", true) == -1 && fd_of("/dev/fd/99999999999", true) == -1 && fd_of("", true) == -1);
    CHECK(fd_of("/dev/stdin/x", true) == -1 && fd_of("/dev/null", true) == -1);
}

TEST(path_fd_the_handle_takes_the_number_s_place)
{
    char path[64] = "/dev/fd/5/a";
    int fd;
    const char *rest;
    CHECK(path_names_fd(path, 1, true, &fd, &rest) && fd == 5);
    CHECK(path_write_handle(path, sizeof path, 1234567, rest) && !strcmp(path, "/proc/self/fd/1234567/a"));
    CHECK(!path_write_handle(path, 20, 1234567, ""));
}
