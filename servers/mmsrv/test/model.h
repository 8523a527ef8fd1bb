// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What address spaces must do, page by page: a reference so simple that it is right at sight. A page's content is one number.

#include <stdbool.h>
#include <stdint.h>

#define MODEL_PAGES 96 // of the part of an address space that a test uses
#define MODEL_FILES 3
#define FILE_PAGES 24

// Contents of a file, or of shared anonymous memory.
struct model_file {
    uint64_t size; // pages
    uint64_t value[MODEL_PAGES];
    int refs;      // shared anonymous memory: pages of spaces that map it
};

struct model_page {
    bool is_mapped, is_shared, is_own; // is_own: a private value, not the file's
    bool is_promised;                  // a fault there can't fail for want of memory
    unsigned prot;
    struct model_file *file;           // NULL: anonymous
    uint64_t index;                    // in file
    uint64_t value;
};

struct model_space {
    struct model_page page[MODEL_PAGES];
};

void model_unmap(struct model_space *m, unsigned first, unsigned count);
void model_set(struct model_space *m, unsigned page, struct model_page value); // replaces what is there
bool model_is_mapped(const struct model_space *m, unsigned first, unsigned count); // all of it
bool model_is_free(const struct model_space *m, unsigned first, unsigned count);
void model_clone(struct model_space *child, const struct model_space *parent);
// What an access must give: whether it is allowed (by rights and the end of a file), and the value there.
bool model_allows(const struct model_page *p, unsigned prot);
uint64_t model_value(const struct model_page *p);
void model_write(struct model_page *p, uint64_t value);
