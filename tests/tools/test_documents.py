# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Documents tell the truth: links lead somewhere, options exist, folders of the tables are there."""
import fnmatch
import os
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *(p for p in ROOT.glob("*/README.md") if p.parts[-2] != "build"),
                *ROOT.glob("servers/*/README.md")])


def page_id(page):
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page_id(page)} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_options_of_run_and_test_exist(page):
    known = {"run": (ROOT / "tools/help-run.txt").read_text(), "test": (ROOT / "tools/help-test.txt").read_text()}
    for command, rest in re.findall(r"\./(run|test)\b([^\n`'|]*)", page.read_text()):
        for option in re.findall(r"(?<!\S)(--[\w-]+)", rest):
            assert option in known[command], f"{page_id(page)}: ./{command} has no {option}"


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_paths_in_code_exist(page):
    """Paths below a top-level folder that a page names literally."""
    folders = "|".join(p.name for p in ROOT.iterdir() if p.is_dir() and not p.name.startswith(".") and p.name != "build")
    for path in re.findall(rf"`((?:{folders})/[\w./-]*)`", page.read_text()):
        assert (ROOT / path).exists(), f"{page_id(page)} names {path}"


def files():
    """Files of the tree by their path from its top, but for what tools leave behind."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in (".git", "__pycache__", ".pytest_cache", ".hypothesis")
                      and Path(folder, name) != ROOT / "build"]
        yield from (str(Path(folder, name).relative_to(ROOT)) for name in names if name != ".git")


def test_every_file_has_its_licence_lines():
    """In its head, or in REUSE.toml where a file cannot have them; LICENSE is the text itself."""
    patterns = tomllib.loads((ROOT / "REUSE.toml").read_text())["annotations"][0]["path"]
    missing = []
    for name in files():
        head = (ROOT / name).read_bytes()[:600]
        has_both = b"SPDX-FileCopyrightText" in head and b"SPDX-License-Identifier" in head
        if not has_both and name != "LICENSE" and not any(fnmatch.fnmatch(name, pattern) for pattern in patterns):
            missing.append(name)
    assert not missing


TOP_FOLDERS = ["boards", "codegen", "kernite", "libtrona", "servers", "tests", "tools", "uapi"]
SERVER_FOLDERS = sorted(str(path.parent.relative_to(ROOT)) for path in ROOT.glob("servers/*/**/CMakeLists.txt")
                        if path.parent.name != "test")


@pytest.mark.parametrize("folder", TOP_FOLDERS + SERVER_FOLDERS)
def test_folder_has_a_short_readme(folder):
    assert len((ROOT / folder / "README.md").read_text().splitlines()) <= 40


PYTEST_FOLDERS = {"system": "tests/system", "tools": "tests/tools"}


@pytest.mark.parametrize("suite, name, part", sorted(set(re.findall(
    r"`(system|tools)-(\w+)(?:::(\w+))?`", (ROOT / "docs/coverage.md").read_text()))))
def test_named_tests_exist(suite, name, part):
    assert part in (ROOT / PYTEST_FOLDERS[suite] / f"test_{name}.py").read_text()
