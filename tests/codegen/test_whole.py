# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""The real specification: deterministic output, ABI.lock in step, shuffling is a permutation."""

import os

import pytest

import lock
import main
import model
from shuffle import FIXED

ARCHES = ("x86_64", "aarch64", "host")


def load(tree, seed=None):
    return main.load_checked(os.path.join(tree, "uapi"), seed)


def contents(folder):
    return {os.path.relpath(os.path.join(path, name), folder): open(os.path.join(path, name), "rb").read()
            for path, _, names in os.walk(folder) for name in names}


@pytest.mark.parametrize("arch", ARCHES)
def test_two_runs_write_the_same(tree, tmp_path, arch):
    for run in ("one", "two"):
        main.generate(load(tree), arch, str(tmp_path / run))
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_listed_files_are_those_written(tree, tmp_path):
    assert sorted(main.generate(load(tree), "x86_64", None)) == sorted(contents_after_run(tree, tmp_path))


def contents_after_run(tree, tmp_path):
    main.generate(load(tree), "x86_64", str(tmp_path))
    return contents(tmp_path)


def test_second_run_touches_nothing(tree, tmp_path):
    main.generate(load(tree), "x86_64", str(tmp_path))
    path = tmp_path / "include/kn/abi.h"
    os.utime(path, (1, 1))
    main.generate(load(tree), "x86_64", str(tmp_path))
    assert path.stat().st_mtime == 1


def test_lock_is_in_step(tree):
    assert main.main(["--check-lock"]) == 0


def test_lock_out_of_step_is_an_error(tiny, capsys):
    assert main.main(["--uapi", str(tiny), "--write-lock"]) == 0
    assert main.main(["--uapi", str(tiny), "--check-lock"]) == 0
    path = tiny / "kernel/errors.yaml"
    path.write_text(path.read_text().replace("number: 2", "number: 9"))
    assert main.main(["--uapi", str(tiny), "--check-lock"]) == 1
    complaint = capsys.readouterr().err
    assert "-any KN_ERROR_FULL = 2" in complaint and "+any KN_ERROR_FULL = 9" in complaint
    assert "--write-lock" in complaint


def test_lock_mentions_every_argument_and_offset(tree):
    text = lock.lock_text(load(tree))
    assert "any invocation cnode_delete = (index, depth) [] -> () []" in text
    assert "any struct kn_ipc_buffer.msg = word[120] at 8" in text


def kinds(spec):
    """Kind -> list of (name, number): what shuffling may permute within."""
    result = {
        "errors": [(e.name, e.number) for e in spec.errors], "faults": [(f.name, f.label) for f in spec.faults],
        "syscalls": [(s.name, s.number) for s in spec.syscalls],
    }
    for block in spec.objects + spec.protocols:
        result[f"labels {block.name}"] = [(m.name, m.label) for m in block.methods]
    for group in spec.base.enums + spec.base.flags:
        result[group.name] = [(v.name, v.value) for v in group.values]
    for arch in ARCHES:
        result[f"registers {arch}"] = [(name, i) for i, name in enumerate(spec.registers[arch])]
    return result


@pytest.mark.parametrize("seed", ["1", "2", "noon"])
def test_shuffle_is_a_permutation_within_each_kind(tree, seed):
    plain, shuffled = kinds(load(tree)), kinds(load(tree, seed))
    assert plain.keys() == shuffled.keys()
    for kind, numbers in plain.items():
        assert sorted(n for n, _ in numbers) == sorted(n for n, _ in shuffled[kind]), kind
        assert sorted(v for _, v in numbers) == sorted(v for _, v in shuffled[kind]), kind
        assert [p for p in sorted(numbers) if p[0] in FIXED] == [p for p in sorted(shuffled[kind]) if p[0] in FIXED]
    assert plain != shuffled


def test_shuffle_moves_labels_fields_and_layouts(tree):
    plain, shuffled = load(tree), load(tree, "1")
    for what in (lambda s: [o.label_base for o in s.objects], lambda s: [f.shift for f in s.base.words[0].fields],
                 lambda s: {f.name: f.offset for x in s.base.structs for f in x.fields}):
        assert what(plain) != what(shuffled)
    assert [x.size for x in plain.base.structs] == [x.size for x in shuffled.base.structs]


def test_shuffle_keeps_what_a_reply_writes_in_front(tree):
    plain, shuffled = load(tree), load(tree, "1")
    for before, after in zip(plain.faults, shuffled.faults):
        for arch in ARCHES:
            split = before.reply_words
            assert set(before.words[arch][:split]) == set(after.words[arch][:split])


def test_shuffle_leaves_linux_and_sizes_alone(tree):
    plain, shuffled = load(tree), load(tree, "1")
    assert plain.linux == shuffled.linux and plain.object_bits == shuffled.object_bits
    assert plain.base.constants == shuffled.base.constants


def test_same_seed_gives_the_same_numbers(tree):
    assert lock.lock_text(load(tree, "7")) == lock.lock_text(load(tree, "7"))


@pytest.mark.parametrize("camel, snake", [
    ("SetIPCBuffer", "set_ipc_buffer"), ("NBSendRecv", "nb_send_recv"), ("SetMCPriority", "set_mc_priority"),
    ("In8", "in8"), ("Call", "call"), ("SetTLSBase", "set_tls_base")])
def test_names_become_snake_case(camel, snake):
    assert model.snake(camel) == snake
