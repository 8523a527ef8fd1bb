# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Third-party binaries from Debian for both architectures, through a private apt configuration.

The system's own apt state and its list of architectures stay as they are. The sources are those that the
system itself is configured with, so a mirror stays a mirror. The result is cached below build/apt and
a complete one is never fetched again: later starts need no network.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from . import paths, say

PACKAGES = ["busybox-static", "libclang-rt-14-dev", "musl-dev"]
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
CONFIG = """\
Dir::State::lists "{r}/lists";
Dir::State::status "{r}/status";
Dir::Cache "{r}/cache";
Dir::Etc::sourcelist "{r}/sources.list";
Dir::Etc::sourceparts "-";
APT::Architectures {{ "amd64"; "arm64"; }};
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::IndexTargets {{ deb::Contents-deb::DefaultEnabled "false"; }};
"""


def ensure():
    """Fetch and extract the packages unless a complete set is there. The caller holds the build lock."""
    stamp = paths.APT / "complete"
    wanted = " ".join(PACKAGES) + "\n"
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    say.note("fetching busybox and musl for both architectures (first start only) ...")
    paths.APT.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    fetch(paths.APT)
    extract(paths.APT)
    stamp.write_text(wanted)


def fetch(apt):
    """Leave the .deb files in apt/deb."""
    for folder in ("lists/partial", "cache/archives/partial", "deb"):
        (apt / folder).mkdir(parents=True, exist_ok=True)
    (apt / "status").write_text("")
    suites = sources()
    if not suites:
        raise say.Failure("no Debian package source is configured on this machine (see sources.list(5))")
    lines = []
    for uri, suite in suites:
        lines.append(f"deb [arch=amd64,arm64 signed-by={KEYRING}] {uri} {suite} main")
        lines.append(f"deb-src [signed-by={KEYRING}] {uri} {suite} main")
    (apt / "sources.list").write_text("\n".join(lines) + "\n")
    (apt / "apt.conf").write_text(CONFIG.format(r=str(apt).replace('"', "%22")))
    for old in (apt / "deb").glob("*.deb"):
        old.unlink()
    names = [f"{name}:{arch}" for name in PACKAGES for arch in ("amd64", "arm64")]
    apt_get(apt, ["update"])
    apt_get(apt, ["download", *names])


def apt_get(apt, arguments):
    log = paths.LOGS / "third-party.log"
    environment = {**os.environ, "APT_CONFIG": str(apt / "apt.conf"), "LC_ALL": "C.UTF-8"}
    with open(log, "ab") as out:
        done = subprocess.run(["apt-get", "-q", *arguments], cwd=apt / "deb", env=environment,
                              stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    if done.returncode != 0:
        raise say.Failure(f"apt-get {arguments[0]} failed:\n{say.tail(log, 15)}\nthe whole log is in {log}")


def extract(apt):
    for arch in ("amd64", "arm64"):
        root = apt / f"root-{arch}"
        shutil.rmtree(root, ignore_errors=True)
        for package in sorted((apt / "deb").glob(f"*_{arch}.deb")):
            subprocess.run(["dpkg", "-x", package, root], check=True)


def sources():
    """(URI, suite) pairs of the Debian archives that the system uses."""
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)", "Created-By: Packages",
         "Origin: Debian"], capture_output=True, text=True).stdout
    pairs = sorted({tuple(line.split()) for line in listed.splitlines() if len(line.split()) == 2})
    # A fresh image has empty lists, and then indextargets is silent: read the configuration itself.
    return pairs or configured_sources(Path("/etc/apt"))


def configured_sources(etc):
    """The same from sources.list and sources.list.d, both formats; entries that have `main` only."""
    pairs = set()
    for file in [etc / "sources.list", *sorted(etc.glob("sources.list.d/*.list"))]:
        if file.is_file():
            pairs |= one_line_sources(file.read_text())
    for file in sorted(etc.glob("sources.list.d/*.sources")):
        pairs |= deb822_sources(file.read_text())
    return sorted(pairs)


def one_line_sources(text):
    pairs = set()
    for line in text.splitlines():
        words = re.sub(r"\[[^]]*\]", "", line.split("#")[0]).split()
        if len(words) >= 4 and words[0] == "deb" and "main" in words[3:]:
            pairs.add((words[1], words[2]))
    return pairs


def deb822_sources(text):
    pairs = set()
    for stanza in re.split(r"\n\s*\n", text):
        lines = [line for line in stanza.splitlines() if not line.startswith("#")]
        fields = dict(re.findall(r"^([\w-]+):[ \t]*(.*(?:\n[ \t]+.*)*)", "\n".join(lines), re.M))
        fields = {key.lower(): value.split() for key, value in fields.items()}
        if "deb" not in fields.get("types", []) or "main" not in fields.get("components", []):
            continue
        if fields.get("enabled") == ["no"]:
            continue
        pairs |= {(uri, suite) for uri in fields.get("uris", []) for suite in fields.get("suites", [])}
    return pairs
