// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "kernel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <kn/proto/layout.h>

#include "trona/log.h"
#include "trona/server.h"
#include "unit.h"

bool test_slot_full[TEST_SLOTS], test_refuse_retype;
struct test_reply test_replies[16];
unsigned test_nr_replies;

static struct kn_ipc_buffer buffer;
static struct {
    kn_badge_t badge;
    kn_word_t label, word;
    bool with_cap;
} script[16];
static unsigned script_length, script_next;
static jmp_buf over;

struct kn_ipc_buffer *kn_ipc_buffer(void) { return &buffer; }

void trona_panic(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    abort();
}

void test_reset(void)
{
    memset(test_slot_full, 0, sizeof test_slot_full);
    test_slot_full[KN_LAYOUT_SERVER_SLOT_REPLY] = true;
    test_refuse_retype = false;
    script_length = script_next = test_nr_replies = 0;
}

void test_send(kn_badge_t badge, kn_word_t label, kn_word_t word, bool with_cap)
{
    script[script_length].badge = badge;
    script[script_length].label = label;
    script[script_length].word = word;
    script[script_length++].with_cap = with_cap;
}

void test_serve(const struct trona_server *server)
{
    if (setjmp(over) == 0)
        trona_server_run(server);
}

static void note_reply(kn_cptr_t through, const struct kn_syscall_frame *f)
{
    test_replies[test_nr_replies++] =
        (struct test_reply){through, kn_msg_info_get_label(f->info), kn_msg_info_get_length(f->info), f->mr0, f->mr3};
}

static void receive(struct kn_syscall_frame *f)
{
    CHECK(f->cptr == KN_LAYOUT_SERVER_SLOT_ENDPOINT && test_slot_full[KN_LAYOUT_SERVER_SLOT_REPLY]); // server.h I1
    CHECK(buffer.receive_index == KN_LAYOUT_SERVER_SLOT_RECEIVE && !test_slot_full[KN_LAYOUT_SERVER_SLOT_RECEIVE]);
    if (script_next == script_length)
        longjmp(over, 1);
    f->cptr = script[script_next].badge;
    f->info = kn_msg_info_new(script[script_next].label, 0, script[script_next].with_cap, 1);
    f->mr0 = script[script_next].word;
    f->mr3 = 0x5ec7e7; // somebody's secret, left in a register
    test_slot_full[KN_LAYOUT_SERVER_SLOT_RECEIVE] = script[script_next++].with_cap;
}

static kn_error_t invoke(const struct kn_syscall_frame *f)
{
    switch (kn_msg_info_get_label(f->info)) {
    case KN_LABEL_CNODE_DELETE: test_slot_full[f->mr0] = false; return KN_ERROR_NONE;
    case KN_LABEL_CNODE_MOVE:
        CHECK(test_slot_full[f->mr2] && !test_slot_full[f->mr0]);
        test_slot_full[f->mr2] = false;
        test_slot_full[f->mr0] = true;
        return KN_ERROR_NONE;
    case KN_LABEL_UNTYPED_RETYPE:
        if (test_refuse_retype)
            return KN_ERROR_NOT_ENOUGH_MEMORY;
        CHECK(!test_slot_full[buffer.msg[4]]);
        test_slot_full[buffer.msg[4]] = true;
        return KN_ERROR_NONE;
    default: CHECK(!"an invocation that is not expected"); return KN_ERROR_NONE;
    }
}

void kn_host_syscall(struct kn_syscall_frame *f)
{
    switch (f->number) {
    case KN_SYS_CALL: f->info = kn_msg_info_new(invoke(f), 0, 0, 0); break;
    case KN_SYS_SEND: note_reply(f->cptr, f); break;
    case KN_SYS_REPLY_RECV: note_reply(0, f); receive(f); break;
    case KN_SYS_RECV: receive(f); break;
    default: CHECK(!"a system call that is not expected");
    }
}
