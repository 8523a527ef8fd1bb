// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Intel 8259A: initialisation command words 1 to 4, then operation command word 1, the mask.

#include "driver/pic.h"

#include <machine/instructions.h>

#define MASTER_COMMAND 0x20
#define MASTER_DATA 0x21
#define SLAVE_COMMAND 0xa0
#define SLAVE_DATA 0xa1
#define ICW1_EDGE_CASCADE_ICW4 0x11
#define ICW3_MASTER 0x04 // slave on line 2
#define ICW3_SLAVE 0x02
#define ICW4_8086 0x01

void pic_disable(uint8_t first_vector)
{
    x86_64_out8(MASTER_COMMAND, ICW1_EDGE_CASCADE_ICW4);
    x86_64_out8(SLAVE_COMMAND, ICW1_EDGE_CASCADE_ICW4);
    x86_64_out8(MASTER_DATA, first_vector);
    x86_64_out8(SLAVE_DATA, first_vector + 8);
    x86_64_out8(MASTER_DATA, ICW3_MASTER);
    x86_64_out8(SLAVE_DATA, ICW3_SLAVE);
    x86_64_out8(MASTER_DATA, ICW4_8086);
    x86_64_out8(SLAVE_DATA, ICW4_8086);
    x86_64_out8(MASTER_DATA, 0xff);
    x86_64_out8(SLAVE_DATA, 0xff);
}
