// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Lists of physical memory ranges: ascending, apart from each other, none empty.

#include "core/boot.h"

// Adds [start, end), merging it with what it touches. Panics with WHAT when the list is full.
void ranges_add(struct memory_range *list, word_t *count, word_t start, word_t end, const char *what);
// Takes [start, end) out of the list. The same panic.
void ranges_subtract(struct memory_range *list, word_t *count, word_t start, word_t end, const char *what);
