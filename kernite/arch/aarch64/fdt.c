// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "arch/aarch64/fdt.h"

#define FDT_MAGIC 0xd00dfeed
#define FDT_HEADER_BYTES 40
#define FDT_VERSION 17 // the one in use since 2007; later ones say with which they are compatible
#define FDT_BEGIN_NODE 1
#define FDT_END_NODE 2
#define FDT_PROP 3
#define FDT_NOP 4
#define FDT_END 9

#define FDT_DEFAULT_ADDRESS_CELLS 2
#define FDT_DEFAULT_SIZE_CELLS 1

static word_t read_cell(const uint8_t *p)
{
    return (word_t)p[0] << 24 | (word_t)p[1] << 16 | (word_t)p[2] << 8 | p[3];
}

static word_t cell_at(const struct fdt *f, word_t offset) { return read_cell(f->blob + offset); }

// Length of the string at OFFSET, or END if it does not end before.
static word_t string_length(const struct fdt *f, word_t offset, word_t end)
{
    word_t i = offset;
    while (i < end && f->blob[i])
        i++;
    return i < end ? i - offset : end;
}

static bool string_equal(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

// Offset of the token behind the one at OFFSET. The blob has been checked.
static word_t next_token(const struct fdt *f, word_t offset)
{
    word_t token = cell_at(f, offset);
    if (token == FDT_BEGIN_NODE)
        return ALIGN_UP(offset + 4 + string_length(f, offset + 4, f->used_size) + 1, 2);
    if (token == FDT_PROP)
        return ALIGN_UP(offset + 12 + cell_at(f, offset + 4), 2);
    return offset + 4;
}

// The checks of fdt_open. The bounds of a block: [start, end) inside the blob, multiple of ALIGN_BITS.
static const char *check_block(const struct fdt *f, word_t start, word_t size, word_t align_bits)
{
    if (!IS_ALIGNED(start, align_bits))
        return "a block of the device tree is not aligned";
    if (start < FDT_HEADER_BYTES || start > f->total_size || size > f->total_size - start)
        return "a block of the device tree lies outside it";
    return NULL;
}

static const char *check_reservations(const struct fdt *f)
{
    for (word_t at = f->reserve_start;; at += 16) {
        if (at + 16 > f->total_size)
            return "the device tree's memory reservations have no end";
        if (!cell_at(f, at) && !cell_at(f, at + 4) && !cell_at(f, at + 8) && !cell_at(f, at + 12))
            return NULL;
    }
}

static const char *check_property(const struct fdt *f, word_t offset, word_t end, word_t strings_end, word_t *next)
{
    if (end - offset < 12)
        return "a device tree property is cut off";
    word_t length = cell_at(f, offset + 4);
    if (length > end - offset - 12)
        return "a device tree property is longer than the tree";
    word_t name = f->strings_start + cell_at(f, offset + 8);
    if (string_length(f, name, strings_end) == strings_end)
        return "a device tree property's name lies outside the strings";
    *next = ALIGN_UP(offset + 12 + length, 2);
    return NULL;
}

static const char *check_structure(const struct fdt *f, word_t end, word_t strings_end)
{
    word_t depth = 0;
    bool may_have_property = false;
    for (word_t at = f->struct_start; at + 4 <= end;) {
        const char *problem = NULL;
        word_t next = at + 4;
        switch (cell_at(f, at)) {
        case FDT_BEGIN_NODE: {
            word_t length = string_length(f, at + 4, end);
            if (length == end)
                return "a device tree node's name has no end";
            if (depth == FDT_MAX_DEPTH || (depth == 0 && at != f->struct_start))
                return "the device tree's nodes are nested too deeply, or there are two roots";
            depth++;
            may_have_property = true;
            next = ALIGN_UP(at + 4 + length + 1, 2);
            break;
        }
        case FDT_END_NODE:
            if (depth == 0)
                return "a device tree node ends that has not begun";
            depth--;
            may_have_property = false;
            break;
        case FDT_PROP:
            if (!may_have_property)
                return "a device tree property stands behind the child nodes";
            problem = check_property(f, at, end, strings_end, &next);
            break;
        case FDT_NOP:
            break;
        case FDT_END:
            return depth == 0 && at != f->struct_start ? NULL : "the device tree ends inside a node";
        default:
            return "the device tree has an unknown token";
        }
        if (problem)
            return problem;
        at = next;
    }
    return "the device tree has no end";
}

const char *fdt_open(struct fdt *f, const void *blob, word_t size)
{
    *f = (struct fdt){.blob = blob};
    if (size < FDT_HEADER_BYTES || cell_at(f, 0) != FDT_MAGIC)
        return "there is no device tree (wrong magic number)";
    f->total_size = cell_at(f, 4);
    if (f->total_size < FDT_HEADER_BYTES || f->total_size > size)
        return "the device tree is larger than 2 MiB, or its size is wrong";
    if (cell_at(f, 20) < FDT_VERSION || cell_at(f, 24) > FDT_VERSION)
        return "the device tree has an unknown version";
    f->struct_start = cell_at(f, 8);
    f->strings_start = cell_at(f, 12);
    f->reserve_start = cell_at(f, 16);
    word_t strings_size = cell_at(f, 32), struct_size = cell_at(f, 36);

    const char *problem = check_block(f, f->struct_start, struct_size, 2);
    if (!problem)
        problem = check_block(f, f->strings_start, strings_size, 0);
    if (!problem)
        problem = check_block(f, f->reserve_start, 0, 3);
    if (!problem)
        problem = check_reservations(f);
    word_t struct_end = f->struct_start + struct_size, strings_end = f->strings_start + strings_size;
    f->used_size = struct_end > strings_end ? struct_end : strings_end;
    return problem ? problem : check_structure(f, struct_end, strings_end);
}

// Number of cells that the node's property NAME tells; those that no register could hold count as 0: nothing is readable.
static word_t cells_property(const struct fdt *f, const struct fdt_node *node, const char *name, word_t otherwise)
{
    word_t cells;
    struct fdt_value value = fdt_property(f, node, name);
    if (!value.data)
        return otherwise;
    return fdt_cells(value, 0, 1, &cells) && cells <= 2 ? cells : 0;
}

static void enter_node(struct fdt_walk *walk, const struct fdt_node *node)
{
    word_t d = node->depth;
    const struct fdt *f = walk->fdt;
    struct fdt_value ranges = fdt_property(f, node, "ranges");
    walk->child[d].address_cells = cells_property(f, node, "#address-cells", FDT_DEFAULT_ADDRESS_CELLS);
    walk->child[d].size_cells = cells_property(f, node, "#size-cells", FDT_DEFAULT_SIZE_CELLS);
    // An empty ranges: the children's addresses are the parent's.
    walk->child[d].is_translated = d > 0 && (node->is_translated || !ranges.data || ranges.length > 0);
}

bool fdt_next_node(struct fdt_walk *walk, struct fdt_node *node)
{
    const struct fdt *f = walk->fdt;
    if (!walk->offset)
        walk->offset = f->struct_start;
    for (;; walk->offset = next_token(f, walk->offset)) {
        word_t token = cell_at(f, walk->offset);
        if (token == FDT_END)
            return false;
        if (token == FDT_END_NODE)
            walk->depth--;
        if (token == FDT_BEGIN_NODE)
            break;
    }
    word_t d = walk->depth++;
    *node = (struct fdt_node){.name = (const char *)f->blob + walk->offset + 4, .depth = d};
    if (d > 0) {
        node->address_cells = walk->child[d - 1].address_cells;
        node->size_cells = walk->child[d - 1].size_cells;
        node->is_translated = walk->child[d - 1].is_translated;
    }
    walk->offset = next_token(f, walk->offset);
    node->properties = walk->offset;
    enter_node(walk, node);
    return true;
}

struct fdt_value fdt_property(const struct fdt *f, const struct fdt_node *node, const char *name)
{
    for (word_t at = node->properties;; at = next_token(f, at)) {
        word_t token = cell_at(f, at);
        if (token == FDT_NOP)
            continue;
        if (token != FDT_PROP)
            return (struct fdt_value){NULL, 0};
        if (string_equal((const char *)f->blob + f->strings_start + cell_at(f, at + 8), name))
            return (struct fdt_value){f->blob + at + 12, cell_at(f, at + 4)};
    }
}

bool fdt_has_string(const struct fdt *f, const struct fdt_node *node, const char *name, const char *value)
{
    struct fdt_value list = fdt_property(f, node, name);
    if (!list.length || list.data[list.length - 1])
        return false;
    for (word_t i = 0; i < list.length; i++) {
        if ((i == 0 || !list.data[i - 1]) && string_equal((const char *)list.data + i, value))
            return true;
    }
    return false;
}

bool fdt_cells(struct fdt_value value, word_t index, word_t count, word_t *out)
{
    if (count < 1 || count > 2 || index > value.length / 4 || count > value.length / 4 - index)
        return false;
    *out = read_cell(value.data + 4 * index);
    if (count == 2)
        *out = *out << 32 | read_cell(value.data + 4 * index + 4);
    return true;
}

bool fdt_reg(const struct fdt *f, const struct fdt_node *node, word_t index, word_t *address, word_t *size)
{
    struct fdt_value reg = fdt_property(f, node, "reg");
    word_t at = index * (node->address_cells + node->size_cells);
    return !node->is_translated && fdt_cells(reg, at, node->address_cells, address) &&
           fdt_cells(reg, at + node->address_cells, node->size_cells, size) && *size <= ~*address;
}

bool fdt_reservation(const struct fdt *f, word_t index, word_t *address, word_t *size)
{
    struct fdt_value entry = {f->blob + f->reserve_start + 16 * index, 16};
    return fdt_cells(entry, 0, 2, address) && fdt_cells(entry, 2, 2, size) && (*address || *size);
}

bool fdt_name_is(const struct fdt_node *node, const char *name_base)
{
    const char *name = node->name;
    while (*name_base && *name == *name_base) {
        name++;
        name_base++;
    }
    return !*name_base && (!*name || *name == '@');
}
