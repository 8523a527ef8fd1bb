# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
#
"""The host-side tools of kernite: set-up, build, boot image, QEMU runs."""
