// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "../fd.h"

#include "unit.h"

static void close_all(void)
{
    uint64_t handle;
    for (int fd = fd_next_open(-1); fd >= 0; fd = fd_next_open(fd))
        fd_remove(fd, &handle);
}

TEST(fd_the_lowest_free_descriptor_is_found)
{
    close_all();
    CHECK(fd_find_free(0, FD_MAX) == 0);
    for (int i = 0; i < 130; i++)
        fd_install(fd_find_free(0, FD_MAX), (uint64_t)i, 0, false);
    CHECK(fd_find_free(0, FD_MAX) == 130 && fd_find_free(500, FD_MAX) == 500);
    uint64_t handle;
    CHECK(fd_remove(64, &handle) && handle == 64);
    CHECK(fd_find_free(0, FD_MAX) == 64 && fd_find_free(65, FD_MAX) == 130);
    CHECK(fd_count() == 129);
}

TEST(fd_the_limit_refuses)
{
    close_all();
    for (int i = 0; i < 8; i++)
        fd_install(i, 1, 0, false);
    CHECK(fd_find_free(0, 8) == -1 && fd_find_free(FD_MAX, FD_MAX) == -1 && fd_find_free(-1, FD_MAX) == -1);
    CHECK(fd_find_free(0, 9) == 8);
}

TEST(fd_a_full_table_has_no_free_descriptor)
{
    close_all();
    for (int i = 0; i < FD_MAX; i++)
        fd_install(i, 1, 0, false);
    CHECK(fd_find_free(0, FD_MAX) == -1);
    close_all();
    CHECK(fd_count() == 0 && fd_next_open(-1) == -1);
}

TEST(fd_a_handle_is_given_back_with_its_last_descriptor)
{
    uint64_t handle = 0;
    close_all();
    fd_install(3, 77, 0, false);
    fd_duplicate(3, 9, true);
    fd_duplicate(9, 1, false);
    CHECK(fd_get(1)->handle == 77 && fd_get(9)->is_cloexec && !fd_get(3)->is_cloexec);
    CHECK(fd_first_of_ring(9) == 1);
    CHECK(!fd_remove(3, &handle) && !fd_remove(1, &handle));
    CHECK(fd_first_of_ring(9) == 9);
    CHECK(fd_remove(9, &handle) && handle == 77);
}

TEST(fd_what_is_not_open_is_not_found)
{
    close_all();
    CHECK(!fd_get(0) && !fd_get(-1) && !fd_get(FD_MAX) && !fd_get(INT32_MAX) && !fd_get(INT32_MIN));
}
