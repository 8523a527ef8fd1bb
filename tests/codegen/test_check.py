# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""What the schemas and the cross-checks must refuse: each test spoils one thing in the tiny specification."""

import pytest

import main
from load import SpecError


def spoil(root, path, old, new):
    file = root / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


BAD = [
    # name of the case, file, old text, new text, what the complaint must say
    ("unknown_key", "kernel/base.yaml", "abi_version: 7", "abi_version: 7\nabi_colour: red", "abi_colour"),
    ("missing_key", "kernel/errors.yaml", "number: 1, payload", "payload", "number"),
    ("lower_case_constant", "kernel/base.yaml", "name: PAGE_BITS", "name: page_bits", "page_bits"),
    ("not_yaml", "kernel/faults.yaml", "faults:", "faults: [", "faults.yaml"),
    ("label_twice", "kernel/invocations.yaml", "Sweep, label: 1", "Sweep, label: 0", "labels of box"),
    ("label_blocks_overlap", "kernel/invocations.yaml", "Fill, label: 2", "Fill, label: 4", "overlaps lid"),
    ("label_block_of_protocol_overlaps", "protocols/shop.yaml", "label_base: 100", "label_base: 18", "overlaps"),
    ("label_among_faults", "kernel/invocations.yaml", "label_base: 16", "label_base: 15", "faults"),
    ("fault_label_too_high", "kernel/faults.yaml", "label: 1", "label: 16", "VM"),
    ("error_number_twice", "kernel/errors.yaml", "number: 2", "number: 1", "FULL"),
    ("syscall_number_twice", "kernel/syscalls.yaml", "Send, number: 1", "Send, number: 0", "Send"),
    ("enum_value_twice", "kernel/base.yaml", "LID, value: 2", "LID, value: 1", "cap_type"),
    ("flag_bit_twice", "kernel/base.yaml", "READ, bit: 1", "READ, bit: 0", "rights"),
    ("word_too_wide", "kernel/base.yaml", "bits: 52", "bits: 53", "64 bits"),
    ("struct_does_not_fit", "kernel/base.yaml", "size: 128", "size: 96", "ipc_buffer"),
    ("unknown_struct", "kernel/base.yaml", "struct: range", "struct: rage", "rage"),
    ("hidden_padding", "protocols/shop.yaml", "{name: sum, type: i64}, {name: items, type: u16, count: 4}",
     "{name: items, type: u16, count: 3}, {name: sum, type: i64}", "hidden padding"),
    ("padding_at_the_end", "protocols/shop.yaml", "count: 4", "count: 3", "padding at the end"),
    ("unknown_cap_type", "kernel/invocations.yaml", "type: LID", "type: DOOR", "DOOR"),
    ("unknown_error", "kernel/invocations.yaml", "error: FULL", "error: EMPTY", "box.PutMCItem, error full: .*EMPTY"),
    ("error_id_twice", "kernel/invocations.yaml", "id: full", "id: gone", "errors of box.PutMCItem"),
    ("error_id_of_the_dispatcher", "kernel/invocations.yaml", "id: full", "id: words", "errors of box.PutMCItem"),
    ("error_without_condition", "kernel/invocations.yaml", 'FULL, when: "the box is full"', "FULL", "errors"),
    ("error_and_effect", "kernel/syscalls.yaml", "fault: VM", "fault: VM, effect: none", "errors"),
    ("unknown_fault", "kernel/syscalls.yaml", "fault: VM", "fault: FM", "Call, error no_object: .*FM"),
    ("unknown_payload_word", "kernel/invocations.yaml", "payload: {was_source: 1}", "payload: {source: 1}", "gone: .*source"),
    ("payload_word_missing", "kernel/invocations.yaml", "payload: {was_source: 1}", "payload: {failure: 1}", "lacks was_source"),
    ("payload_with_unknown_constant", "kernel/invocations.yaml", "min: PAGE_BITS", "min: PAGE_BYTES", "PAGE_BYTES"),
    ("keyword_as_argument", "kernel/invocations.yaml", "name: a, type", "name: int, type", "int"),
    ("argument_twice", "kernel/invocations.yaml", "name: a, type", "name: b, type", "called b"),
    ("empty_range", "kernel/invocations.yaml", "min: 1, max: 9", "min: 9, max: 1", "min above max"),
    ("message_too_long", "kernel/base.yaml", "MSG_MAX_LENGTH,     value: 6", "MSG_MAX_LENGTH,     value: 4", "too many"),
    ("too_many_caps", "kernel/base.yaml", "MSG_MAX_EXTRA_CAPS, value: 2", "MSG_MAX_EXTRA_CAPS, value: 1", "too many"),
    ("protocol_with_two_caps", "protocols/shop.yaml", "[purse]", "[purse, wallet]", "too long"),
    ("protocol_in_wrong_file", "protocols/shop.yaml", "protocol: shop", "protocol: mall", "named otherwise"),
    ("oneway_with_result", "protocols/shop.yaml", "oneway: true", "oneway: true, returns: [echo]", "one-way"),
    ("syscall_without_register", "kernel/syscalls.yaml", "in: [cptr, reply]", "in: [cptr, dest]", "dest"),
    ("name_defined_twice", "kernel/base.yaml", "name: PAGE_BITS, ", "name: TCB_BITS, ", "KN_TCB_BITS"),
]


def test_tiny_specification_is_accepted(tiny):
    main.load_checked(str(tiny))


@pytest.mark.parametrize("path, old, new, says", [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_bad_specification_is_refused(tiny, path, old, new, says):
    spoil(tiny, path, old, new)
    with pytest.raises(SpecError, match=says):
        main.load_checked(str(tiny))


def test_complaint_names_the_file(tiny):
    spoil(tiny, "kernel/errors.yaml", "number: 1, payload", "payload")
    with pytest.raises(SpecError, match=r"kernel/errors.yaml: at /errors/1"):
        main.load_checked(str(tiny))
