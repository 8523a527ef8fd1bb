# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""Fixtures: a writable copy of the tiny specification, with the real schemas."""

import os
import shutil
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.dirname(os.path.dirname(HERE))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(TREE, "codegen"))


@pytest.fixture
def tree():
    """The root of the source tree."""
    return TREE


@pytest.fixture
def tiny(tmp_path):
    """Folder of a specification that a test may spoil."""
    root = tmp_path / "uapi"
    shutil.copytree(os.path.join(HERE, "tiny"), root)
    shutil.copytree(os.path.join(TREE, "uapi", "schema"), root / "schema")
    return root
