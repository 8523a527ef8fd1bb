// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "frame.h"

static void put_u32(unsigned char *at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        at[i] = (unsigned char)(value >> 8 * i);
}

void frame_header(unsigned char header[FRAME_HEADER], char type, uint32_t length)
{
    header[0] = 0x1e;
    header[1] = 0x4b;
    header[2] = (unsigned char)type;
    put_u32(header + 3, length);
}

void frame_status(unsigned char packet[FRAME_HEADER + 4], uint32_t status)
{
    frame_header(packet, FRAME_STATUS, 4);
    put_u32(packet + FRAME_HEADER, status);
}

uint32_t frame_shell_status(unsigned wait_status)
{
    unsigned signal = wait_status & 0x7f;
    return signal ? 128 + signal : wait_status >> 8 & 0xff;
}
