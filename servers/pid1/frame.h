// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The packets that the agent sends: 0x1e 0x4b, type, length (32 bits, little endian), payload. tools/kernite/frames.py is
// the other end.

#include <stdint.h>

#define FRAME_HEADER 7
#define FRAME_STDOUT 'O'
#define FRAME_STDERR 'E'
#define FRAME_STATUS 'X' // payload: the status, 32 bits, little endian
#define FRAME_LOG 'L'

// Writes the header of a packet with LENGTH bytes of payload.
void frame_header(unsigned char header[FRAME_HEADER], char type, uint32_t length);
// Writes the packet of the final status, FRAME_HEADER + 4 bytes.
void frame_status(unsigned char packet[FRAME_HEADER + 4], uint32_t status);
// The status of a shell for a status word of wait4: the exit code, or 128 and the signal.
uint32_t frame_shell_status(unsigned wait_status);
