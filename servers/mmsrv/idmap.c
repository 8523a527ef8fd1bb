// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "idmap.h"

#include <lx/abi.h>

#include "trona/heap.h"

static size_t bucket_of(const struct idmap *map, uint64_t id)
{
    return (id * 0x9e3779b97f4a7c15) >> 32 & (map->nr_buckets - 1);
}

static void grow(struct idmap *map)
{
    size_t nr = map->nr_buckets ? map->nr_buckets * 2 : 16;
    struct idmap_link **bucket = trona_alloc_zero(nr * sizeof *bucket);
    if (!bucket)
        return;
    struct idmap old = *map;
    map->bucket = bucket;
    map->nr_buckets = nr;
    for (size_t i = 0; i < old.nr_buckets; i++)
        for (struct idmap_link *l = old.bucket[i], *next; l; l = next) {
            next = l->next;
            size_t b = bucket_of(map, l->id);
            l->next = bucket[b];
            bucket[b] = l;
        }
    trona_free(old.bucket, old.nr_buckets * sizeof *old.bucket);
}

long idmap_insert(struct idmap *map, struct idmap_link *link)
{
    if (map->count >= map->nr_buckets)
        grow(map);
    if (!map->nr_buckets)
        return -LX_ENOMEM;
    size_t b = bucket_of(map, link->id);
    link->next = map->bucket[b];
    map->bucket[b] = link;
    map->count++;
    return 0;
}

struct idmap_link *idmap_find(const struct idmap *map, uint64_t id)
{
    if (!map->nr_buckets)
        return NULL;
    for (struct idmap_link *l = map->bucket[bucket_of(map, id)]; l; l = l->next)
        if (l->id == id)
            return l;
    return NULL;
}

void idmap_remove(struct idmap *map, struct idmap_link *link)
{
    struct idmap_link **p = &map->bucket[bucket_of(map, link->id)];
    while (*p != link)
        p = &(*p)->next;
    *p = link->next;
    map->count--;
}

void idmap_destroy(struct idmap *map)
{
    trona_free(map->bucket, map->nr_buckets * sizeof *map->bucket);
    *map = (struct idmap){0};
}
