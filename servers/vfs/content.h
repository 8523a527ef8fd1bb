// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Data of regular files of memory file systems: a memory object at mmsrv, made at the first use, and a cached window on
// it. Programs map the same object.
//
// I1: object_size >= inode->size rounded to pages unless object is 0; bytes behind inode->size in its last page are zero or
//     have only been written through mappings.
// I2: is_mapped: the object's size is exactly inode->size rounded up, since faults beyond it must be bus errors.
// I3: [window.start, window.end) is mapped at window.at until mmsrv is asked for another window, resize, punch or destroy.
// I4: nr_pages pages are counted in fs->nr_pages.

#include <stddef.h>
#include <stdint.h>

struct content;
struct inode;

#define CONTENT_MAX_SIZE ((uint64_t)1 << 46)

// Empty contents of INODE; NULL: no memory.
struct content *content_create(struct inode *inode);
// The contents, empty so far, shall be SIZE bytes of the boot archive from OFFSET (page aligned) on.
void content_set_archive(struct inode *inode, uint64_t offset, uint64_t size);
void content_destroy(struct inode *inode);

// Bytes read (0 at the end) or written, or a negative errno if none: -LX_ENOSPC, -LX_EFBIG, -LX_ENOMEM.
long content_read(struct inode *inode, void *data, size_t n, uint64_t pos);
long content_write(struct inode *inode, const void *data, size_t n, uint64_t pos);
// Truncates or extends with zeros.
long content_resize(struct inode *inode, uint64_t size);
// Makes sure that [offset, offset + length) has pages (fallocate); bounded by the cap.
long content_allocate(struct inode *inode, uint64_t offset, uint64_t length);
long content_punch(struct inode *inode, uint64_t offset, uint64_t length);
// The object, fit to be mapped by programs.
long content_map(struct inode *inode, uint64_t *object);
// Pages present now.
uint64_t content_pages(struct inode *inode);
// The inode whose object that is, NULL if none. Not held.
struct inode *content_find(uint64_t object);
