// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include <string.h>

#include "frame.h"
#include "unit.h"

TEST(frame_header_is_magic_type_and_length)
{
    unsigned char header[FRAME_HEADER];
    frame_header(header, FRAME_STDOUT, 0x12345678);
    CHECK(memcmp(header, "\x1e\x4bO\x78\x56\x34\x12", FRAME_HEADER) == 0);
}

TEST(frame_status_is_a_whole_packet)
{
    unsigned char packet[FRAME_HEADER + 4];
    frame_status(packet, 137);
    CHECK(memcmp(packet, "\x1e\x4bX\4\0\0\0\x89\0\0\0", sizeof packet) == 0);
}

TEST(frame_shell_status_is_code_or_signal)
{
    CHECK(frame_shell_status(0) == 0);
    CHECK(frame_shell_status(3 << 8) == 3);
    CHECK(frame_shell_status(255 << 8) == 255);
    CHECK(frame_shell_status(9) == 137);
    CHECK(frame_shell_status(11 | 0x80) == 139);
}
