# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

# The kernel and the servers' objects as ordinary libraries of this machine, for tests.

set(KERNITE_ARCH host)
set(CMAKE_C_COMPILER clang)
set(CMAKE_ASM_COMPILER clang)
