// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "model.h"

#include <stdlib.h>

#include <lx/abi.h>

static void put(struct model_page *p)
{
    if (p->is_mapped && p->file && p->file->refs && --p->file->refs == 0)
        free(p->file);
    *p = (struct model_page){0};
}

void model_unmap(struct model_space *m, unsigned first, unsigned count)
{
    for (unsigned i = first; i < first + count; i++)
        put(&m->page[i]);
}

void model_set(struct model_space *m, unsigned page, struct model_page value)
{
    if (value.file && value.file->refs)
        value.file->refs++;
    put(&m->page[page]);
    m->page[page] = value;
}

bool model_is_mapped(const struct model_space *m, unsigned first, unsigned count)
{
    for (unsigned i = first; i < first + count; i++)
        if (!m->page[i].is_mapped)
            return false;
    return true;
}

bool model_is_free(const struct model_space *m, unsigned first, unsigned count)
{
    for (unsigned i = first; i < first + count; i++)
        if (m->page[i].is_mapped)
            return false;
    return true;
}

void model_clone(struct model_space *child, const struct model_space *parent)
{
    for (unsigned i = 0; i < MODEL_PAGES; i++)
        model_set(child, i, parent->page[i]);
}

bool model_allows(const struct model_page *p, unsigned prot)
{
    if (!p->is_mapped || (prot == LX_PROT_READ ? !p->prot : !(p->prot & prot)))
        return false;
    return p->is_own || !p->file || p->index < p->file->size;
}

uint64_t model_value(const struct model_page *p)
{
    return p->is_own || !p->file ? p->value : p->file->value[p->index];
}

void model_write(struct model_page *p, uint64_t value)
{
    if (p->file && p->is_shared) {
        p->file->value[p->index] = value;
    } else {
        p->is_own = true;
        p->value = value;
    }
}
