// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The startup page of a server, and the first things every server does with it.

#include <kn/proto/layout.h>

// Remembers the page, sets up log and heap. NAME must live on.
void trona_startup(const struct kn_layout_startup *page, const char *name);
const struct kn_layout_startup *trona_startup_page(void);
// The resource of KIND (KN_LAYOUT_RESOURCE_*) and ID; panics if the system description did not give it.
const struct kn_layout_resource *trona_resource(kn_word_t kind, kn_word_t id);
// The same, NULL if absent.
const struct kn_layout_resource *trona_find_resource(kn_word_t kind, kn_word_t id);
