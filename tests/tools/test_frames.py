# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""The packets of --exec: any split of the stream, any noise between packets."""

from hypothesis import given
from hypothesis import strategies as st
from kernite import frames


def parse(stream, portion=None):
    """Packets in order, neighbouring noise joined."""
    parser = frames.Parser()
    found = []
    step = portion or max(1, len(stream))
    packets = [p for at in range(0, len(stream), step) for p in parser.feed(stream[at:at + step])]
    for kind, payload in [*packets, *parser.finish()]:
        if kind == b"" and found and found[-1][0] == b"":
            found[-1] = (b"", found[-1][1] + payload)
        else:
            found.append((kind, payload))
    return found


packet = st.tuples(st.sampled_from([b"O", b"E", b"L"]), st.binary(max_size=50))


@given(st.lists(packet), st.integers(1, 20))
def test_packets_survive_any_portioning(packets, portion):
    stream = b"".join(frames.encode(*each) for each in packets)
    assert parse(stream, portion) == packets


@given(st.binary().filter(lambda b: b"\x1e" not in b), packet, st.integers(1, 20))
def test_noise_before_and_behind_a_packet_is_told_apart(noise, each, portion):
    expected = [(b"", noise)] if noise else []
    assert parse(noise + frames.encode(*each) + noise, portion) == [*expected, each, *expected]


@given(st.binary(max_size=200), st.integers(1, 20))
def test_nothing_is_lost_whatever_comes(stream, portion):
    rebuilt = b"".join(frames.encode(k, p) if k else p for k, p in parse(stream, portion))
    assert rebuilt == stream


def test_magic_with_a_wrong_type_or_length_is_noise_and_the_next_packet_is_found():
    good = frames.encode(b"O", b"x")
    for bad in (b"\x1eKZ\1\0\0\0", b"\x1eKO\xff\xff\xff\xff", b"\x1eKX\1\0\0\0", b"\x1e", b"\x1e\x1e"):
        assert parse(bad + good) == [(b"", bad), (b"O", b"x")]


def test_payload_may_contain_packets():
    inner = frames.encode(b"X", bytes(4))
    assert parse(frames.encode(b"O", inner)) == [(b"O", inner)]


def test_largest_payload_is_accepted():
    data = bytes(frames.MAX_PAYLOAD)
    assert parse(frames.encode(b"E", data)) == [(b"E", data)]
