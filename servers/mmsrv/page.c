// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "page.h"

#include "chunk.h"
#include "commit.h"
#include "own.h"
#include "trona/string.h"

static kn_word_t nr_archive, nr_in_use;

void page_init(uint32_t archive_slot, kn_word_t archive_frames)
{
    nr_archive = archive_frames;
    chunk_init(archive_slot, archive_frames);
}

page_t page_alloc(bool clear)
{
    bool is_clean;
    uint32_t object = chunk_take(CHUNK_FRAMES, &is_clean);
    if (object == CHUNK_NO_OBJECT)
        return 0;
    page_t page = object + 1;
    *chunk_refs(object) = 1;
    nr_in_use++;
    if (clear && !is_clean)
        memset(page_memory(page), 0, PAGE);
    return page;
}

page_t page_copy_of(page_t from)
{
    page_t page = page_alloc(false);
    if (page)
        memcpy(page_memory(page), page_memory(from), PAGE);
    return page;
}

void page_ref(page_t page)
{
    ++*chunk_refs(page - 1);
}

void page_unref(page_t page)
{
    uint32_t object = page - 1;
    if (--*chunk_refs(object))
        return;
    nr_in_use--;
    if (object < nr_archive && !chunk_was_given(object))
        commit_add_total(1); // it joins the memory that can be promised
    chunk_give(object);
}

unsigned page_refs(page_t page)
{
    return *chunk_refs(page - 1);
}

void *page_memory(page_t page)
{
    return (void *)(OWN_WINDOW + (kn_word_t)(page - 1) * PAGE);
}

uint32_t page_slot(page_t page)
{
    return chunk_slot(page - 1);
}

page_t page_take_archive(kn_word_t index)
{
    uint32_t object = (uint32_t)index;
    if (index >= nr_archive || *chunk_refs(object) || chunk_was_given(object))
        return 0;
    *chunk_refs(object) = 1;
    nr_in_use++;
    return object + 1;
}

void *page_archive_memory(void)
{
    return (void *)OWN_WINDOW;
}

kn_word_t page_archive_count(void)
{
    return nr_archive;
}

kn_word_t page_total(void)
{
    return source_total_pages() + nr_archive;
}

kn_word_t page_free(void)
{
    return chunk_free_frames();
}

kn_word_t page_in_use(void)
{
    return nr_in_use;
}
