# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""The boot archive's bytes: page rules, other readers, refusals."""

import stat
import subprocess

import cpio_reader
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kernite import cpio

FILE, DIRECTORY, LINK = stat.S_IFREG | 0o644, stat.S_IFDIR | 0o755, stat.S_IFLNK | 0o777
names = st.binary(min_size=1, max_size=300).filter(lambda name: b"\0" not in name and name != cpio.TRAILER)
entries = st.one_of(
    st.builds(cpio.Entry, names, st.just(FILE), st.integers(0, 9000).map(lambda size: b"d" * size)),
    st.builds(cpio.Entry, names, st.just(DIRECTORY)),
    st.builds(cpio.Entry, names, st.just(LINK), st.binary(min_size=1, max_size=200)))


@settings(deadline=None)
@given(st.lists(entries, max_size=30))
def test_any_archive_keeps_the_page_rules_and_its_content(wanted):
    found = cpio_reader.read(cpio.archive(wanted, mtime=5))
    assert [(e.name, e.mode, e.data) for e in found] == [(e.name, e.mode, e.data) for e in wanted]
    assert [e.ino for e in found] == list(range(1, len(wanted) + 1))
    assert all(e.mtime == 5 and e.owner == (0, 0) for e in found)


@pytest.mark.parametrize("size", [0, 1, 4092, 4093, 4095, 4096, 4097, 8192])
@pytest.mark.parametrize("name_size", [1, 2, 3, 4, 3984, 3985])
def test_edges_of_a_page(size, name_size):
    wanted = [cpio.Entry(b"n" * name_size, FILE, b"x" * size), cpio.Entry(b"z", FILE, b"y")]
    found = cpio_reader.read(cpio.archive(wanted))
    assert [(e.name, e.data) for e in found] == [(e.name, e.data) for e in wanted]


def test_name_that_does_not_fit_its_page_is_refused_by_name():
    with pytest.raises(cpio.CpioError, match="nnnn.*too long"):
        cpio.archive([cpio.Entry(b"n" * 3986, FILE, b"x")])


def test_gnu_cpio_unpacks_it(tmp_path):
    wanted = [cpio.Entry(b"d", DIRECTORY), cpio.Entry(b"d/big", FILE, b"\0\x01" * 5000), cpio.Entry(b"d/empty", FILE),
              cpio.Entry(b"d/link", LINK, b"big"), cpio.Entry(b"d/small", FILE | 0o111, b"s")]
    archive = cpio.archive(wanted)
    listed = subprocess.run(["cpio", "-t", "--quiet"], input=archive, capture_output=True, check=True)
    assert listed.stdout.split() == [entry.name for entry in wanted]
    subprocess.run(["cpio", "-i", "--quiet"], input=archive, capture_output=True, check=True, cwd=tmp_path)
    assert (tmp_path / "d/big").read_bytes() == b"\0\x01" * 5000
    assert (tmp_path / "d/empty").read_bytes() == b""
    assert (tmp_path / "d/link").readlink().name == "big"
    assert (tmp_path / "d/small").stat().st_mode & 0o777 == 0o755


def test_same_entries_give_the_same_bytes():
    wanted = [cpio.Entry(b"a", FILE, b"1"), cpio.Entry(b"b", DIRECTORY)]
    assert cpio.archive(wanted) == cpio.archive(wanted)
