# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""Permutes the numbers of the ABI within each kind, to show that nothing depends on a number that it did not take from
the specification. Linux numbers, sizes of pages and objects, and the structures of protocols stay."""

import random

from model import LABELS_OF_FAULTS, lay_out

# Values that mean "none" or "the rest", and what a program written to libsel4 says as 0: they keep their number.
FIXED = ("NULL", "NONE", "FIRST_FREE", "END", "RESUME")


def permute(rng, items, attribute):
    """Deals the items' values of an attribute out anew."""
    items = [item for item in items if getattr(item, "name", "") not in FIXED]
    values = [getattr(item, attribute) for item in items]
    rng.shuffle(values)
    for item, value in zip(items, values):
        setattr(item, attribute, value)


def shuffle_blocks(rng, blocks):
    """New order of the label blocks of objects and protocols, each as wide as it was, and of the labels in each."""
    blocks = [b for b in blocks if b.methods]
    by_base = sorted(blocks, key=lambda b: b.label_base)
    ends = [b.label_base for b in by_base[1:]] + [by_base[-1].label_base + max(m.label for m in by_base[-1].methods) + 1]
    width = {b.name: end - b.label_base for b, end in zip(by_base, ends)}
    rng.shuffle(blocks)
    base = LABELS_OF_FAULTS.stop
    for block in blocks:
        block.label_base = base
        base += width[block.name]
        permute(rng, block.methods, "label")


def shuffle_fault_words(rng, fault):
    """Words of a fault message; those that a reply writes back stay in front."""
    for arch, words in sorted(fault.words.items()):
        split = fault.reply_words or len(words)
        front, back = words[:split], words[split:]
        rng.shuffle(front)
        rng.shuffle(back)
        fault.words[arch] = front + back


def shuffle_word(rng, word):
    """Positions of bit fields; their declared order, which is that of constructors' arguments, stays."""
    order = list(word.fields)
    rng.shuffle(order)
    shift = 0
    for item in order:
        item.shift = shift
        shift += item.bits


def shuffle(spec, seed):
    """Changes spec in place."""
    rng = random.Random(seed)
    shuffle_blocks(rng, spec.objects + spec.protocols)
    permute(rng, spec.syscalls, "number")
    permute(rng, spec.errors, "number")
    permute(rng, spec.faults, "label")
    for fault in spec.faults:
        shuffle_fault_words(rng, fault)
    for group in spec.base.enums + spec.base.flags:
        permute(rng, group.values, "value")
    for word in spec.base.words:
        shuffle_word(rng, word)
    for struct in spec.base.structs:
        rng.shuffle(struct.fields)
    for struct in spec.base.structs:
        lay_out(struct, spec.base.structs)
    for _, names in sorted(spec.registers.items()):
        rng.shuffle(names)
