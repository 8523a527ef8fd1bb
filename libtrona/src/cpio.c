// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "trona/cpio.h"

#include "trona/string.h"

#define HEADER_SIZE 110

void cpio_open(struct cpio_reader *reader, const void *archive, size_t size)
{
    *reader = (struct cpio_reader){archive, size, 0, NULL};
}

// Field I (of 8 hex digits) of a header.
static bool read_field(const char *header, unsigned i, uint32_t *value)
{
    const char *p = header + 6 + 8 * i;
    *value = 0;
    for (int k = 0; k < 8; k++) {
        char c = p[k];
        unsigned d = c >= '0' && c <= '9'                 ? (unsigned)(c - '0')
                     : (c | 32) >= 'a' && (c | 32) <= 'f' ? (unsigned)((c | 32) - 'a' + 10)
                                                          : 16;
        if (d == 16)
            return false;
        *value = *value << 4 | d;
    }
    return true;
}

static bool fail(struct cpio_reader *r, const char *error)
{
    r->error = error;
    return false;
}

bool cpio_next(struct cpio_reader *r, struct cpio_entry *e)
{
    r->error = NULL;
    // Zeros may fill the space up to the next header.
    while (r->position + 4 <= r->size && memcmp(r->archive + r->position, "\0\0\0\0", 4) == 0)
        r->position += 4;
    if (r->size < HEADER_SIZE || r->position > r->size - HEADER_SIZE)
        return fail(r, "the archive ends without a trailer");
    const char *header = r->archive + r->position;
    if (memcmp(header, "070701", 6) != 0)
        return fail(r, "an archive header without the newc magic");
    uint32_t f[13];
    for (unsigned i = 0; i < 13; i++)
        if (!read_field(header, i, &f[i]))
            return fail(r, "an archive header with a field that is no number");
    size_t left = r->size - r->position - HEADER_SIZE;
    size_t name_size = f[11];
    if (name_size == 0 || name_size > left || !memchr(header + HEADER_SIZE, 0, name_size))
        return fail(r, "an archive entry whose name does not end");
    size_t data = (r->position + HEADER_SIZE + name_size + 3) & ~(size_t)3;
    if (data > r->size || f[6] > r->size - data)
        return fail(r, "an archive entry longer than the archive");
    *e = (struct cpio_entry){header + HEADER_SIZE, strlen(header + HEADER_SIZE), f[1], f[2], f[3], f[4], f[5], f[0], f[9],
                             f[10], data, f[6]};
    r->position = (data + f[6] + 3) & ~(size_t)3;
    return strcmp(e->name, "TRAILER!!!") != 0;
}

bool cpio_find(const void *archive, size_t size, const char *name, struct cpio_entry *entry, const char **error)
{
    struct cpio_reader reader;
    cpio_open(&reader, archive, size);
    while (cpio_next(&reader, entry))
        if (strcmp(entry->name, name) == 0)
            return true;
    *error = reader.error;
    return false;
}
