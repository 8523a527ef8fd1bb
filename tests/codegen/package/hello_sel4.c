// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// A root task written to libsel4: one include, a main().

#include <trona/sel4.h>

int main(void)
{
    const seL4_BootInfo *info = seL4_GetBootInfo();
    seL4_Untyped_Retype(info->untyped.start, seL4_EndpointObject, 0, seL4_CapInitThreadCNode, 0, 0, info->empty.start, 1);
    return 0;
}
