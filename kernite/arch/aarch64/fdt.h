// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// A reader of flattened device trees (Devicetree Specification 0.4, chapter 5). fdt_open checks the whole blob once:
// every length, offset and name, and the nesting; after it nothing read through this interface can leave the blob. It knows
// nothing of the kernel, so that it can be fuzzed by itself.

#include "core/types.h"

#define FDT_MAX_DEPTH 16

struct fdt {
    const uint8_t *blob;            // [I]
    word_t total_size;              // [I] bytes, as the header says
    word_t used_size;               // [I] bytes up to the end of the last block
    word_t reserve_start;           // [I] offset of the memory reservation block
    word_t struct_start;            // [I] offset of the first node
    word_t strings_start;           // [I] offset of the property names
};

// A property's value: LENGTH bytes, or DATA NULL if there is none.
struct fdt_value {
    const uint8_t *data;
    word_t length;
};

struct fdt_node {
    const char *name;               // with unit address; "" is the root
    word_t depth;                   // 0 is the root
    word_t properties;              // offset of its first token
    word_t address_cells, size_cells; // in which its reg is written: the parent's
    bool is_translated;             // some ancestor's addresses are not the CPU's: reg needs ranges
};

// A walk over all nodes, parents before children, in the blob's order. Start with {.fdt = f}.
struct fdt_walk {
    const struct fdt *fdt;
    word_t offset;                  // of the next token; 0: at the start
    word_t depth;                   // of the next node
    struct {
        word_t address_cells, size_cells;
        bool is_translated;
    } child[FDT_MAX_DEPTH];         // what a node at a depth says about its children
};

// Checks the blob of at most SIZE bytes at BLOB (8-byte aligned). NULL: *F is ready. Otherwise a sentence that says what
// is wrong with it.
const char *fdt_open(struct fdt *f, const void *blob, word_t size);

// The next node; false behind the last one.
bool fdt_next_node(struct fdt_walk *walk, struct fdt_node *node);

struct fdt_value fdt_property(const struct fdt *f, const struct fdt_node *node, const char *name);
// Whether one of the strings in the node's property NAME is VALUE.
bool fdt_has_string(const struct fdt *f, const struct fdt_node *node, const char *name, const char *value);
// A number of COUNT cells (1 or 2) at cell INDEX of VALUE; false if it is not there.
bool fdt_cells(struct fdt_value value, word_t index, word_t count, word_t *out);
// Region INDEX of the node's reg as the CPU sees it; false if there is none or its addresses need translation.
bool fdt_reg(const struct fdt *f, const struct fdt_node *node, word_t index, word_t *address, word_t *size);
// Entry INDEX of the memory reservation block; false behind the last one.
bool fdt_reservation(const struct fdt *f, word_t index, word_t *address, word_t *size);
// Whether NAME is NAME_BASE or NAME_BASE@anything.
bool fdt_name_is(const struct fdt_node *node, const char *name_base);
