// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// A CPU without pages of 1 GiB (CPUID 80000001h, EDX bit 26).

#include "env.h"

// There are no frames of a size that the CPU cannot map: INVALID_ARGUMENT 1. Smaller ones are as ever.
TEST(machine_no_1_gib_frames)
{
    kn_word_t a = 0x80000001, d;
    kn_cptr_t device = device_untyped_of(0x1000000000, 30), frame = slot_new();
    __asm__("cpuid" : "+a"(a), "=d"(d) : : "rbx", "rcx");
    CHECK(!(d & 1ul << 26));
    CHECK_ERROR(retype(device, KN_OBJECT_TYPE_FRAME, 30, frame, 1), INVALID_ARGUMENT);
    CHECK(error_word(0) == 1);
    CHECK_ERROR(retype(pool, KN_OBJECT_TYPE_FRAME, 30, frame, 1), INVALID_ARGUMENT);
    CHECK_OK(retype(device, KN_OBJECT_TYPE_FRAME, 21, frame, 1));
}
