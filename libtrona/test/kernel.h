// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The kernel as the server loop and the slot allocator see it: a script of messages, a set of slots that are full.

#include <stdbool.h>

#include <kn/syscalls.h>

#define TEST_SLOTS 64

extern bool test_slot_full[TEST_SLOTS];
extern bool test_refuse_retype;
// The next message that arrives; answers go to test_replies. When there is none left the loop ends (test_serve).
void test_send(kn_badge_t badge, kn_word_t label, kn_word_t word, bool with_cap);
struct test_reply {
    kn_cptr_t through; // 0: by ReplyRecv
    kn_word_t label, length, word, stale; // stale: what the registers behind the message hold
};
extern struct test_reply test_replies[16];
extern unsigned test_nr_replies;

struct trona_server;
void test_serve(const struct trona_server *server); // until the script is over
void test_reset(void);
