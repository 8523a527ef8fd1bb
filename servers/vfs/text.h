// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Text made on demand: the contents of synthetic files. A growing buffer, and descriptions that make their text anew
// whenever they are read from the start.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "file.h"

struct client;
struct inode;

struct text {
    char *data;
    size_t length, size;
    bool is_short; // memory ran out: the text is not complete
};

void text_print(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_append(struct text *text, const char *data, size_t length);
void text_free(struct text *text);

// Makes FILE a description whose text GENERATE writes, and whose writes go to STORE (NULL: EIO); at most 4096 bytes at once.
long text_open(struct file *file, void (*generate)(struct text *text, struct inode *inode, struct client *client),
               long (*store)(struct inode *inode, struct client *client, const char *data, size_t n));
