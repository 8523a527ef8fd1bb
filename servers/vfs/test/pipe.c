// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "pipe.h"

#include <string.h>

#include "stage.h"
#include "streams.h"
#include "unit.h"

static struct file *ends[2];

static void begin(unsigned flags)
{
    stage_reset();
    struct io io = stage_io(0);
    CHECK(pipe_create(&io, flags, ends) == 0);
}

static void end(void)
{
    file_put(ends[0]);
    file_put(ends[1]);
}

static long do_read(struct file *file, unsigned thread, void *data, size_t n)
{
    struct io io = stage_io(thread);
    wait_begin(io.thread, file);
    return file->ops->read(file, &io, data, n, NULL);
}

static long do_write(struct file *file, unsigned thread, const void *data, size_t n)
{
    struct io io = stage_io(thread);
    wait_begin(io.thread, file);
    return file->ops->write(file, &io, data, n, NULL);
}

static char big[1 << 17];

TEST(pipe_gives_what_it_got)
{
    char got[8];
    begin(0);
    CHECK(do_write(ends[1], 0, "hello", 5) == 5 && do_write(ends[1], 0, "x", 1) == 1);
    CHECK(do_read(ends[0], 0, got, 3) == 3 && memcmp(got, "hel", 3) == 0);
    CHECK(do_read(ends[0], 0, got, 8) == 3 && memcmp(got, "lox", 3) == 0);
    CHECK(do_read(ends[0], 0, got, 8) == -LX_EAGAIN);
    wait_cancel(&stage_threads[0]);
    end();
}

TEST(pipe_writes_up_to_pipe_buf_are_whole)
{
    begin(0);
    CHECK(do_write(ends[1], 0, big, 65536 - 100) == 65536 - 100);
    CHECK(do_write(ends[1], 0, big, 101) == -LX_EAGAIN);
    CHECK(do_write(ends[1], 0, big, 100) == 100);
    CHECK(do_write(ends[1], 0, big, 1) == -LX_EAGAIN);
    CHECK(do_read(ends[0], 1, big, 4000) == 4000);
    CHECK(stage_wakes[0] == 0); // less than PIPE_BUF of room
    CHECK(do_read(ends[0], 1, big, 96) == 96);
    CHECK(stage_wakes[0] == 1);
    CHECK(do_write(ends[1], 0, big, 10000) == 4096);
    end();
}

TEST(pipe_readers_are_woken_in_order_and_pass_leftovers_on)
{
    char c;
    begin(0);
    CHECK(do_read(ends[0], 1, &c, 1) == -LX_EAGAIN && do_read(ends[0], 2, &c, 1) == -LX_EAGAIN);
    CHECK(do_write(ends[1], 0, "ab", 2) == 2);
    CHECK(stage_wakes[1] == 1 && stage_wakes[2] == 0);
    CHECK(do_read(ends[0], 1, &c, 1) == 1 && c == 'a');
    CHECK(stage_wakes[2] == 1);
    CHECK(do_read(ends[0], 2, &c, 1) == 1 && c == 'b');
    end();
}

TEST(pipe_tells_the_end_to_both_sides)
{
    char c;
    begin(0);
    CHECK(do_read(ends[0], 1, &c, 1) == -LX_EAGAIN);
    CHECK(do_write(ends[1], 0, "z", 1) == 1);
    file_put(ends[1]);
    CHECK(do_read(ends[0], 1, &c, 1) == 1 && do_read(ends[0], 1, &c, 1) == 0);
    CHECK(ends[0]->ops->poll(ends[0], NULL, LX_POLLIN) == LX_POLLHUP);
    file_put(ends[0]);

    begin(0);
    CHECK(do_write(ends[1], 1, big, sizeof big) == 65536);
    CHECK(do_write(ends[1], 1, big, 1) == -LX_EAGAIN);
    file_put(ends[0]);
    CHECK(stage_wakes[1] == 1);
    CHECK(do_write(ends[1], 1, big, 1) == -LX_EPIPE && do_write(ends[1], 1, big, 0) == 0);
    CHECK(ends[1]->ops->poll(ends[1], NULL, LX_POLLOUT) & LX_POLLERR);
    file_put(ends[1]);
}

TEST(pipe_readiness_follows_data_and_room)
{
    begin(0);
    CHECK(ends[0]->ops->poll(ends[0], &stage_threads[1], LX_POLLIN) == 0);
    CHECK(ends[1]->ops->poll(ends[1], NULL, LX_POLLOUT) == (LX_POLLOUT | LX_POLLWRNORM));
    do_write(ends[1], 0, big, 65536 - 4095);
    CHECK(stage_wakes[1] == 1);
    CHECK(ends[1]->ops->poll(ends[1], &stage_threads[2], LX_POLLOUT) == 0);
    CHECK(ends[0]->ops->poll(ends[0], NULL, LX_POLLIN) == (LX_POLLIN | LX_POLLRDNORM));
    do_read(ends[0], 0, big, 1);
    CHECK(stage_wakes[2] == 1);
    wait_cancel(&stage_threads[1]);
    wait_cancel(&stage_threads[2]);
    end();
}

TEST(pipe_size_can_be_changed_around_its_contents)
{
    uint64_t size;
    begin(0);
    memset(big, 'q', 10000);
    do_write(ends[1], 0, big, 60000);
    do_read(ends[0], 0, big + 70000, 55000);
    do_write(ends[1], 0, big, 3000); // wraps
    CHECK(pipe_set_size(ends[0], 0, &size) == 0 && size == 65536);
    CHECK(pipe_set_size(ends[0], 4096, &size) == -LX_EBUSY);
    CHECK(pipe_set_size(ends[1], 5000, &size) == 0 && size == 8192);
    CHECK(do_write(ends[1], 0, big, 5000) == 192);
    CHECK(pipe_set_size(ends[1], 1 << 20, &size) == 0 && size == 1 << 20);
    CHECK(pipe_set_size(ends[1], (1 << 20) + 1, &size) == -LX_EPERM);
    CHECK(do_read(ends[0], 0, big, sizeof big) == 8192);
    end();
}

TEST(pipe_buffer_agrees_with_a_model_and_holds_no_pages_when_empty)
{
    static unsigned char model[1 << 17], data[20000], got[20000];
    struct pipe_buffer b;
    size_t head = 0, tail = 0, before = trona_heap_used();
    unsigned random = 1;
    CHECK(pipe_buffer_init(&b, 16384));
    size_t empty = trona_heap_used();
    for (unsigned step = 0; step < 20000; step++) {
        random = random * 1103515245 + 12345;
        size_t n = (random >> 8) % 5000;
        if (random >> 30 & 1) {
            for (size_t i = 0; i < n; i++)
                data[i] = (unsigned char)(head + i) ^ (unsigned char)((head + i) >> 8);
            size_t done = pipe_buffer_write(&b, data, n, random >> 29 & 1);
            CHECK(done <= n && (done == n || !(random >> 29 & 1) || done == 0));
            for (size_t i = 0; i < done; i++)
                model[(head + i) % sizeof model] = data[i];
            head += done;
        } else {
            size_t done = pipe_buffer_read(&b, got, n);
            CHECK(done == (n < head - tail ? n : head - tail));
            for (size_t i = 0; i < done; i++)
                CHECK(got[i] == model[(tail + i) % sizeof model]);
            tail += done;
        }
        CHECK(pipe_buffer_length(&b) == head - tail && head - tail <= b.capacity);
        CHECK(head != tail || trona_heap_used() == empty);
        if (step % 1000 == 999 && head - tail <= 8192)
            CHECK(pipe_buffer_resize(&b, b.capacity == 16384 ? 8192 : 16384));
        empty = before + b.capacity / PIPE_PAGE * sizeof *b.pages;
    }
    pipe_buffer_destroy(&b);
}

TEST(pipe_writes_that_find_no_memory_do_nothing)
{
    begin(0);
    do_write(ends[1], 0, big, 4000);
    unit_fail_allocation_after(0);
    CHECK(do_write(ends[1], 0, big, 200) == -LX_ENOMEM);
    CHECK(do_write(ends[1], 0, big, 5000) == 96);
    unit_fail_allocation_after(-1);
    CHECK(do_read(ends[0], 0, big, 5000) == 4096);
    end();
}

TEST(fifo_ends_wait_for_each_other)
{
    long status;
    stage_reset();
    struct inode *inode = stage_fifo();
    CHECK(!stage_open(inode, LX_O_RDONLY, 0, &status) && status == -LX_EAGAIN);
    struct file *w = stage_open(inode, LX_O_WRONLY, 1, &status);
    CHECK(w && stage_wakes[0] == 1);
    struct file *r = stage_open(inode, LX_O_RDONLY, 0, &status);
    CHECK(r && do_write(w, 1, "hi", 2) == 2 && do_read(r, 0, big, 9) == 2);
    file_put(w);
    file_put(r);
    CHECK(!inode->pipe);
    inode_put(inode);
}

TEST(fifo_reader_gets_what_a_writer_left_before_it_came_back)
{
    long status;
    stage_reset();
    struct inode *inode = stage_fifo();
    CHECK(!stage_open(inode, LX_O_RDONLY, 0, &status));
    struct file *w = stage_open(inode, LX_O_WRONLY, 1, &status);
    CHECK(do_write(w, 1, "gone", 4) == 4);
    file_put(w);
    struct file *r = stage_open(inode, LX_O_RDONLY, 0, &status);
    CHECK(r && do_read(r, 0, big, 9) == 4 && do_read(r, 0, big, 9) == 0);
    file_put(r);
    inode_put(inode);
}

TEST(fifo_writer_learns_that_a_waiting_reader_has_given_up)
{
    long status;
    stage_reset();
    struct inode *inode = stage_fifo();
    CHECK(!stage_open(inode, LX_O_RDONLY, 0, &status));
    struct file *w = stage_open(inode, LX_O_WRONLY, 1, &status);
    CHECK(do_write(w, 1, big, 65536) == 65536 && do_write(w, 1, big, 1) == -LX_EAGAIN);
    wait_cancel(&stage_threads[0]);
    CHECK(stage_wakes[1] == 1 && do_write(w, 1, big, 1) == -LX_EPIPE);
    file_put(w);
    // What nobody has read does not turn up later.
    struct file *r = stage_open(inode, LX_O_RDONLY | LX_O_NONBLOCK, 0, &status);
    CHECK(r && do_read(r, 0, big, 9) == 0);
    file_put(r);
    inode_put(inode);
}

TEST(fifo_without_waiting)
{
    long status;
    stage_reset();
    struct inode *inode = stage_fifo();
    CHECK(!stage_open(inode, LX_O_WRONLY | LX_O_NONBLOCK, 0, &status) && status == -LX_ENXIO && !inode->pipe);
    struct file *r = stage_open(inode, LX_O_RDONLY | LX_O_NONBLOCK, 0, &status);
    CHECK(r && do_read(r, 0, big, 1) == 0 && r->ops->poll(r, NULL, LX_POLLIN) == 0);
    struct file *w = stage_open(inode, LX_O_WRONLY | LX_O_NONBLOCK, 0, &status);
    CHECK(w);
    file_put(w);
    CHECK(r->ops->poll(r, NULL, LX_POLLIN) == LX_POLLHUP);
    struct file *both = stage_open(inode, LX_O_RDWR, 0, &status);
    CHECK(both && do_write(both, 0, "b", 1) == 1 && do_read(r, 0, big, 9) == 1);
    file_put(both);
    file_put(r);
    inode_put(inode);
}

TEST(fifo_that_goes_wakes_who_waits_in_its_open)
{
    long status;
    stage_reset();
    struct inode *inode = stage_fifo();
    CHECK(!stage_open(inode, LX_O_WRONLY, 0, &status));
    inode_put(inode);
    CHECK(stage_wakes[0] == 1);
    wait_cancel(&stage_threads[0]);
}
