// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "id.h"

#include "trona/heap.h"

#define NR_BUCKETS 512 // a power of two

static struct id *buckets[NR_BUCKETS];
static uint32_t last;

static struct id **bucket_of(uint64_t number) { return &buckets[number & (NR_BUCKETS - 1)]; }

void id_init(void)
{
    last = 0;
    for (unsigned i = 0; i < NR_BUCKETS; i++)
        buckets[i] = NULL;
}

struct id *id_find(uint64_t number)
{
    for (struct id *id = *bucket_of(number); id; id = id->next)
        if (id->number == number)
            return id;
    return NULL;
}

struct id *id_make(uint32_t number)
{
    struct id *id = id_find(number);
    if (id)
        return id;
    id = trona_alloc_zero(sizeof *id);
    if (!id)
        return NULL;
    id->number = number;
    list_init(&id->group);
    list_init(&id->session);
    id->next = *bucket_of(number);
    *bucket_of(number) = id;
    return id;
}

// Far fewer ids are taken (three a process at most) than there are numbers: the loop ends soon.
struct id *id_new(void)
{
    do {
        last = last < ID_MAX ? last + 1 : ID_RESERVED;
    } while (id_find(last));
    return id_make(last);
}

void id_release(struct id *id)
{
    if (id->process || !list_is_empty(&id->group) || !list_is_empty(&id->session))
        return;
    struct id **link = bucket_of(id->number);
    while (*link != id)
        link = &(*link)->next;
    *link = id->next;
    trona_free(id, sizeof *id);
}
