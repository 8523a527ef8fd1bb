// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "trona/startup.h"

#include <stddef.h>

#include "trona/heap.h"
#include "trona/log.h"
#include "trona/slots.h"

static const struct kn_layout_startup *startup_page;

void trona_startup(const struct kn_layout_startup *page, const char *name)
{
    startup_page = page;
    trona_log_init((struct kn_log_ring *)page->log_ring, name);
    trona_heap_init(page->heap_start, page->heap_mapped, page->heap_end);
    trona_slots_init(page->first_free_slot, page->nr_slots);
}

const struct kn_layout_startup *trona_startup_page(void)
{
    return startup_page;
}

const struct kn_layout_resource *trona_find_resource(kn_word_t kind, kn_word_t id)
{
    for (const struct kn_layout_resource *r = startup_page->resources; r->kind != KN_LAYOUT_RESOURCE_END; r++)
        if (r->kind == kind && r->id == id)
            return r;
    return NULL;
}

const struct kn_layout_resource *trona_resource(kn_word_t kind, kn_word_t id)
{
    const struct kn_layout_resource *r = trona_find_resource(kind, id);
    if (!r)
        trona_panic("the system description gives no resource of kind %lu, id %lu", kind, id);
    return r;
}
