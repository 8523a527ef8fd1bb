// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The Linux-ABI layer's image, boot/runtime of the archive, which every program's address space contains: text shared
// from the archive's frames, data private copy-on-write; and the time page.

struct space;

void runtime_image_init(void); // panics with a sentence if the image is missing or broken
long runtime_image_map(struct space *s); // -LX_ENOMEM: some is mapped
