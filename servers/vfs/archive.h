// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The first root file system: the entries root/... of the boot archive, as a memory file system whose files' data stay where
// the archive is.

struct filesystem;

// Makes the root file system's tree in FS, which is empty. Panics, naming the entry, if the archive is corrupt or there is
// not enough memory.
void archive_unpack(struct filesystem *fs);
