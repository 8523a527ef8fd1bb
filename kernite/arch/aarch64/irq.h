// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Sets up the machine's GIC and the calling CPU's part of it, with the kernel timer's interrupt unmasked. Panics when the
// machine's description does not fit the hardware.
void aarch64_irq_init(void);
// The calling CPU's part alone.
void aarch64_irq_init_cpu(void);
