// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "unit.h"

#include <kn/proto/layout.h>

#include "kernel.h"
#include "trona/server.h"
#include "trona/slots.h"

#define ECHO 1
#define FAIL 2
#define LATER 3
#define NOW 4 // answers what was put aside last
#define KEEP 5

static kn_cptr_t deferred[4];
static unsigned nr_deferred, nr_signals, nr_handled;

static long on_message(const struct kn_server_msg *in, struct kn_server_msg *out)
{
    nr_handled++;
    switch (in->label) {
    case ECHO:
        out->length = 1;
        out->word[0] = in->word[0];
        return 0;
    case FAIL: return -12;
    case LATER:
        deferred[nr_deferred] = trona_server_defer();
        if (!deferred[nr_deferred])
            return -12;
        nr_deferred++;
        return KN_SERVER_REPLY_LATER;
    case NOW:
        out->length = 1;
        out->word[0] = 77;
        trona_server_reply(deferred[--nr_deferred], 0, out);
        out->length = 0;
        return 0;
    case KEEP: CHECK(in->nr_caps == 1 && in->cap == KN_LAYOUT_SERVER_SLOT_RECEIVE); return 0;
    default: return -38;
    }
}

static void on_signal(kn_word_t bits)
{
    CHECK(bits == 5);
    nr_signals++;
}

static const struct trona_server server = {on_message, on_signal};

static void start(void)
{
    static bool is_started;
    test_reset();
    if (!is_started)
        trona_slots_init(20, 60);
    is_started = true;
    nr_deferred = nr_signals = nr_handled = 0;
    for (int i = 0; i < 2 && deferred[0]; i++) // where the spare objects are
        test_slot_full[deferred[i]] = true;
}

TEST(server_answers_each_request_once_and_leaks_no_registers)
{
    start();
    test_send(1, ECHO, 42, false);
    test_send(2, FAIL, 0, false);
    test_send(KN_LAYOUT_SIGNAL_BADGE | 5, 0, 0, false);
    test_send(3, KEEP, 0, true);
    test_serve(&server);
    CHECK(nr_handled == 3 && nr_signals == 1 && test_nr_replies == 3);
    CHECK(test_replies[0].label == 0 && test_replies[0].length == 1 && test_replies[0].word == 42);
    CHECK(test_replies[1].label == 12 && test_replies[1].length == 0);
    for (unsigned i = 0; i < 3; i++)
        CHECK(test_replies[i].through == 0 && test_replies[i].stale == 0);
}

TEST(server_puts_requests_aside_and_uses_reply_objects_again)
{
    for (int round = 0; round < 3; round++) {
        start();
        test_refuse_retype = round > 0; // the second time there are spare ones
        test_send(1, LATER, 0, false);
        test_send(2, LATER, 0, false);
        test_send(3, NOW, 0, false);
        test_send(4, NOW, 0, false);
        test_serve(&server);
        CHECK(nr_deferred == 0 && test_nr_replies == 4);
        CHECK(test_replies[0].through == deferred[1] && test_replies[0].word == 77);
        CHECK(test_replies[2].through == deferred[0]);
    }
}

TEST(server_without_memory_to_put_aside_answers_an_error)
{
    start();
    test_refuse_retype = true;
    for (int i = 0; i < 3; i++)
        test_send(1, LATER, 0, false);
    test_send(1, NOW, 0, false);
    test_send(1, NOW, 0, false);
    test_serve(&server);
    CHECK(test_nr_replies == 5 && test_replies[0].label == 12);
}
