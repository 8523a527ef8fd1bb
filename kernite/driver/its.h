// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The interrupt translation service (ITS) of a GICv3: turns what a device writes into a message interrupt (LPI) of the boot
// CPU. See driver/its.c.
//
// A vector is given to one device. Its message is its number, and its interrupt INTID GIC_FIRST_LPI + vector. Devices are
// what the ITS calls DeviceID: for PCI functions their requester ID, 16 bits of bus, device, function.

#include "core/types.h"

#define ITS_NR_VECTORS 64

// Sets up the ITS whose REGISTERS are at physical address BASE, once the boot CPU's part of the GICv3 is. One that the
// kernel cannot drive is left alone, with a line in the log.
void its_init(void *registers, paddr_t base);
bool its_works(void);          // there is one, and it has carried out every command so far
word_t its_device_count(void); // devices are below
// VECTOR, which nobody has, is for DEVICE < its_device_count() from now on, as others may be. *ADDRESS, physical, and *DATA are
// what the device has to write. The ITS works; false: it does no longer, and no message comes.
bool its_map(word_t vector, word_t device, word_t *address, word_t *data);
// VECTOR, which somebody has, is nobody's: no message reaches it, and one that waits to be taken is forgotten.
void its_unmap(word_t vector);
