// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Reader of cpio's newc format. Nothing in the archive is trusted: every number is checked against what is left.
//
// I1  position <= size, and position is a multiple of 4, at the start of every step.

#include "core/boot_cpio.h"

#define HEADER_SIZE 110
#define FIELD_MODE 1
#define FIELD_FILE_SIZE 6
#define FIELD_NAME_SIZE 11
#define MODE_TYPE 0170000
#define MODE_REGULAR 0100000

// One entry, checked.
struct entry {
    const char *name; // NUL-terminated
    const char *data;
    word_t data_size;
    word_t mode;
    word_t end;       // position behind the data
};

static bool is_same(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

// The value of one header field: eight hexadecimal digits. False if there is another character.
static bool read_field(const char *header, word_t field, word_t *value)
{
    const char *digits = header + 6 + 8 * field;
    *value = 0;
    for (word_t i = 0; i < 8; i++) {
        char c = digits[i];
        if (c >= '0' && c <= '9')
            *value = *value << 4 | (word_t)(c - '0');
        else if ((c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f'))
            *value = *value << 4 | ((word_t)(c & 7) + 9);
        else
            return false;
    }
    return true;
}

// Skips the zeros that pad the archive to a page.
static word_t skip_gap(const char *archive, word_t size, word_t position)
{
    for (word_t i = 0; i < BIT(12) / 4 && size - position >= 4; i++) {
        const char *p = archive + position;
        if (p[0] | p[1] | p[2] | p[3])
            break;
        position += 4;
    }
    return position;
}

// Reads the entry at POSITION: NULL, or what is wrong with it.
static const char *read_entry(const char *archive, word_t size, word_t position, struct entry *e)
{
    static const char magic[6] = "070701";
    const char *header = archive + position;
    word_t name_size;
    if (size - position < HEADER_SIZE)
        return "it ends without a trailer";
    for (word_t i = 0; i < sizeof(magic); i++)
        if (header[i] != magic[i])
            return "an entry does not start with the newc magic";
    if (!read_field(header, FIELD_MODE, &e->mode) || !read_field(header, FIELD_FILE_SIZE, &e->data_size) ||
        !read_field(header, FIELD_NAME_SIZE, &name_size))
        return "a header has a character that is no hexadecimal digit";
    word_t data = ALIGN_UP(position + HEADER_SIZE + name_size, 2);
    if (name_size == 0 || data > size)
        return "a name does not lie inside it";
    e->name = header + HEADER_SIZE;
    if (e->name[name_size - 1] != 0)
        return "a name has no end";
    e->data = archive + data;
    e->end = ALIGN_UP(data + e->data_size, 2);
    return e->end > size ? "a file does not lie inside it" : NULL;
}

const char *boot_cpio_find(const char *archive, word_t size, const char *name, const char **data, word_t *data_size)
{
    word_t position = 0;
    for (;;) {
        struct entry e;
        position = skip_gap(archive, size, position);
        const char *wrong = read_entry(archive, size, position, &e);
        if (wrong)
            return wrong;
        if (is_same(e.name, "TRAILER!!!"))
            return "the file is not in it";
        if (is_same(e.name, name) && (e.mode & MODE_TYPE) == MODE_REGULAR) {
            *data = e.data;
            *data_size = e.data_size;
            return NULL;
        }
        position = e.end;
    }
}
