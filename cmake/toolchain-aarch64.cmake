# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

set(KERNITE_ARCH aarch64)
include(${CMAKE_CURRENT_LIST_DIR}/toolchain-bare.cmake)
