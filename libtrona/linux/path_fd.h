// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Paths that name a descriptor. vfs knows handles only, so /proc/self/fd/N becomes /proc/self/fd/HANDLE.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Whether PATH begins with /proc/self/fd/N, /proc/PID/fd/N or /dev/fd/N (FOLLOWS: or is /dev/stdin, stdout, stderr, which
// are symbolic links themselves): N, and in *REST what follows the number.
bool path_names_fd(const char *path, uint64_t pid, bool follows, int *fd, const char **rest);
// Writes /proc/self/fd/HANDLE and REST to PATH, which may hold REST; false if that is longer than SIZE.
bool path_write_handle(char *path, size_t size, uint64_t handle, const char *rest);
