# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Documents tell the truth: links lead somewhere, options exist, folders of the tables are there."""
import re
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


def test_every_source_file_has_its_licence_lines():
    endings = {".c", ".h", ".S", ".py", ".yaml", ".cmake", ".ld", ".md", ".j2", ".sh"}
    missing = []
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if path.suffix in endings and path.is_file() and parts[0] not in ("build", ".git") and "golden" not in parts:
            head = path.read_bytes()[:600]
            if b"SPDX-FileCopyrightText" not in head or b"SPDX-License-Identifier" not in head:
                missing.append(str(path.relative_to(ROOT)))
    assert not missing
