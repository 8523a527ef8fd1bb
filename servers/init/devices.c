// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "devices.h"

#include "die.h"
#include "objects.h"

#define MAX_DEVICES 32

static struct {
    kn_word_t paddr;
    kn_cptr_t slot;
} devices[MAX_DEVICES];
static unsigned nr_devices;

kn_cptr_t device_frame(kn_word_t paddr)
{
    for (unsigned i = 0; i < nr_devices; i++)
        if (devices[i].paddr == paddr)
            return devices[i].slot;
    if (nr_devices == MAX_DEVICES)
        init_die("more device frames than init can keep");
    devices[nr_devices].paddr = paddr;
    devices[nr_devices].slot = device_frame_make(paddr);
    return devices[nr_devices++].slot;
}
