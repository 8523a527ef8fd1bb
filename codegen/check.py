# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""Checks that a schema cannot express: unique numbers and names, disjoint label blocks, references that resolve."""


def check(spec):
    pass
