// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The header of the Linux-ABI layer's image, in the boot archive.

struct kn_layout_runtime_header;

// Reads and checks it; ends procsrv if boot/runtime is missing or is no such image.
void runtime_header_read(struct kn_layout_runtime_header *header);
