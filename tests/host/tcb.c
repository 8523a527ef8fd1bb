// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// TCB methods: registers, spaces, priorities, bindings, and their errors.

#include "harness.h"

#define HIGH (ROOT_PRIORITY + 1)

static word_t tcb(void) { return make(KN_OBJECT_TYPE_TCB, 0); }

TEST(tcb_registers_written_are_read_back)
{
    struct thread a = make_thread(HIGH);
    struct tcb *r = root_thread();
    for (word_t i = 0; i < KN_NR_REGISTERS; i++)
        if (2 + i >= 4)
            message_in(r)[2 + i] = 0x1000 + i;
    act((struct user_call){KN_SYS_CALL,
                           a.tcb,
                           MESSAGE(KN_LABEL_TCB_WRITE_REGISTERS, 2 + KN_NR_REGISTERS),
                           {0, KN_NR_REGISTERS, 0x1000, 0x1001}});
    EXPECT_EQ(got_label(r), KN_ERROR_NONE);
    for (word_t i = 0; i < KN_NR_REGISTERS; i++)
        EXPECT_EQ(a.t->context.reg[i], i == KN_REG_FLAGS ? 2 : 0x1000 + i);
    act((struct user_call){KN_SYS_CALL, a.tcb, MESSAGE(KN_LABEL_TCB_READ_REGISTERS, 2), {0, KN_NR_REGISTERS}});
    EXPECT_EQ(got_label(r), KN_ERROR_NONE);
    EXPECT_EQ(got_length(r), KN_NR_REGISTERS);
    for (word_t i = 0; i < KN_NR_REGISTERS; i++)
        EXPECT_EQ(got_word(r, i), i == KN_REG_FLAGS ? 2 : 0x1000 + i);
    EXPECT_EQ(a.t->state, THREAD_INACTIVE);
}

TEST(tcb_write_registers_with_resume_starts_the_thread)
{
    struct thread a = make_thread(HIGH);
    act((struct user_call){KN_SYS_CALL,
                           a.tcb,
                           MESSAGE(KN_LABEL_TCB_WRITE_REGISTERS, 4),
                           {KN_REGISTER_FLAG_SUSPEND_OR_RESUME, 2, 0x7000, 0x7100}});
    EXPECT(current() == a.t);
    EXPECT_EQ(arch_get_pc(&a.t->context), 0x7000);
}

TEST(tcb_read_registers_with_suspend_stops_the_thread)
{
    struct thread a = make_thread(ROOT_PRIORITY - 1);
    resume(a);
    act((struct user_call){
        KN_SYS_CALL, a.tcb, MESSAGE(KN_LABEL_TCB_READ_REGISTERS, 2), {KN_REGISTER_FLAG_SUSPEND_OR_RESUME, 1}});
    EXPECT_EQ(a.t->state, THREAD_INACTIVE);
}

TEST(tcb_register_methods_refuse_the_caller_and_bad_counts)
{
    struct tcb *r = root_thread();
    struct thread a = make_thread(HIGH);
    act((struct user_call){KN_SYS_CALL, KN_INIT_CAP_TCB, MESSAGE(KN_LABEL_TCB_READ_REGISTERS, 2), {0, 1}});
    EXPECT_EQ(got_label(r), KN_ERROR_ILLEGAL_OPERATION);
    act((struct user_call){KN_SYS_CALL, KN_INIT_CAP_TCB, MESSAGE(KN_LABEL_TCB_WRITE_REGISTERS, 3), {0, 1, 5}});
    EXPECT_EQ(got_label(r), KN_ERROR_ILLEGAL_OPERATION);
    act((struct user_call){KN_SYS_CALL, a.tcb, MESSAGE(KN_LABEL_TCB_READ_REGISTERS, 2), {0, KN_NR_REGISTERS + 1}});
    EXPECT_EQ(got_label(r), KN_ERROR_RANGE_ERROR);
    act((struct user_call){KN_SYS_CALL, a.tcb, MESSAGE(KN_LABEL_TCB_READ_REGISTERS, 2), {0, 0}});
    EXPECT_EQ(got_label(r), KN_ERROR_RANGE_ERROR);
    act((struct user_call){KN_SYS_CALL, a.tcb, MESSAGE(KN_LABEL_TCB_WRITE_REGISTERS, 3), {0, 2, 5}});
    EXPECT_EQ(got_label(r), KN_ERROR_TRUNCATED_MESSAGE);
    EXPECT_EQ(arch_get_pc(&a.t->context), 0);
}

TEST(tcb_copy_registers_copies_all)
{
    struct thread a = make_thread(HIGH), b = make_thread(HIGH);
    for (word_t i = 0; i < KN_NR_REGISTERS; i++)
        a.t->context.reg[i] = i + 7;
    OK(kn_tcb_copy_registers(b.tcb, 0, a.tcb));
    for (word_t i = 0; i < KN_NR_REGISTERS; i++)
        EXPECT_EQ(b.t->context.reg[i], i + 7);
    EXPECT_EQ(b.t->state, THREAD_INACTIVE);
}

TEST(tcb_configure_sets_spaces_and_buffer)
{
    word_t t = tcb(), n = make(KN_OBJECT_TYPE_CNODE, 4), f = make(KN_OBJECT_TYPE_FRAME, 12);
    OK(kn_tcb_configure(t, kn_cnode_guard_new(5, 4), 0x66000, n, ROOT_VSPACE, f));
    struct tcb *p = PTR(t, struct tcb);
    EXPECT_EQ(cap_cnode_guard(p->slots[TCB_CSPACE].cap), 5);
    EXPECT_EQ(cap_type(p->slots[TCB_VSPACE].cap), KN_CAP_TYPE_VSPACE);
    EXPECT_EQ(p->ipc_buffer, 0x66000);
    EXPECT(p->ipc_buffer_kernel == PTR(f, struct kn_ipc_buffer));
    EXPECT_EQ(p->ipc_buffer_kernel->self, 0x66000);
}

TEST(tcb_configure_with_wrong_capabilities_fails)
{
    word_t t = tcb(), n = make(KN_OBJECT_TYPE_CNODE, 4), v = make(KN_OBJECT_TYPE_VSPACE, 0);
    EXPECT_EQ(kn_tcb_configure(t, 0, 0, ROOT_VSPACE, ROOT_VSPACE, 0), KN_ERROR_INVALID_CAPABILITY);
    EXPECT_EQ(kn_tcb_configure(t, 0, 0, n, n, 0), KN_ERROR_INVALID_CAPABILITY);
    EXPECT(kn_tcb_configure(t, 0, 0, n, v, 0) != KN_ERROR_NONE); // no ASID
    EXPECT_EQ(kn_tcb_configure(t, 0, 0x1000, n, ROOT_VSPACE, n), KN_ERROR_INVALID_CAPABILITY);
    EXPECT_EQ(kn_tcb_configure(t, kn_cnode_guard_new(0, 61), 0, n, ROOT_VSPACE, 0), KN_ERROR_ILLEGAL_OPERATION);
}

TEST(tcb_ipc_buffer_must_be_aligned_and_writable_memory)
{
    word_t t = tcb(), f = make(KN_OBJECT_TYPE_FRAME, 12), ro = new_slot(), device = new_slot();
    EXPECT_EQ(kn_tcb_set_ipc_buffer(t, 0x66010, f), KN_ERROR_ALIGNMENT_ERROR);
    OK(kn_cnode_copy(ROOT_CNODE, ro, DEPTH, f, DEPTH, KN_RIGHTS_READ, ROOT_CNODE));
    EXPECT(kn_tcb_set_ipc_buffer(t, 0x66000, ro) != KN_ERROR_NONE);
    OK(kn_untyped_retype(SLOT_DEVICE, KN_OBJECT_TYPE_FRAME, 12, 0, 0, device, 1, ROOT_CNODE));
    EXPECT(kn_tcb_set_ipc_buffer(t, 0x66000, device) != KN_ERROR_NONE);
}

TEST(tcb_ipc_buffer_frame_revoked_is_not_written_any_more)
{
    word_t f = make(KN_OBJECT_TYPE_FRAME, 12);
    struct thread a = make_thread(HIGH);
    OK(kn_tcb_set_ipc_buffer(a.tcb, 0x66000, f));
    OK(revoke(f));
    EXPECT(!a.t->ipc_buffer_kernel);
}

TEST(tcb_ipc_buffer_of_the_caller_can_be_replaced)
{
    word_t f = make(KN_OBJECT_TYPE_FRAME, 12);
    OK(kn_tcb_set_ipc_buffer(KN_INIT_CAP_TCB, 0x66000, f));
    EXPECT(kn_ipc_buffer() == PTR(f, struct kn_ipc_buffer));
    EXPECT_EQ(host.cpu[0].thread_block, 0x66000);
}

TEST(tcb_set_space_replaces_and_releases)
{
    word_t n = make(KN_OBJECT_TYPE_CNODE, 4), m = make(KN_OBJECT_TYPE_CNODE, 4), t = tcb();
    OK(kn_tcb_set_space(t, 0, 0, n, ROOT_VSPACE));
    OK(kn_tcb_set_space(t, 0, 0, m, ROOT_VSPACE));
    EXPECT(cdt_is_final(cte_at(n)));
    EXPECT(!cdt_is_final(cte_at(m)));
}

TEST(tcb_set_space_destroys_a_cspace_that_only_it_held)
{
    word_t n = make(KN_OBJECT_TYPE_CNODE, 4), t = tcb(), e = make(KN_OBJECT_TYPE_ENDPOINT, 0);
    OK(kn_cnode_mint(n, 3, 4, e, DEPTH, KN_RIGHTS_ALL, 5, ROOT_CNODE));
    OK(kn_tcb_set_space(t, 0, 0, n, ROOT_VSPACE));
    OK(delete (n));
    EXPECT(cdt_has_children(cte_at(e)));
    OK(kn_tcb_set_space(t, 0, 0, ROOT_CNODE, ROOT_VSPACE));
    EXPECT(!cdt_has_children(cte_at(e)));
}

TEST(tcb_fault_endpoint_must_be_an_endpoint_that_can_be_called)
{
    word_t t = tcb(), n = make(KN_OBJECT_TYPE_NOTIFICATION, 0), e = make(KN_OBJECT_TYPE_ENDPOINT, 0), ro = new_slot();
    EXPECT_EQ(kn_tcb_set_space(t, 0, n, ROOT_CNODE, ROOT_VSPACE), KN_ERROR_INVALID_CAPABILITY);
    OK(kn_cnode_copy(ROOT_CNODE, ro, DEPTH, e, DEPTH, KN_RIGHTS_READ, ROOT_CNODE));
    EXPECT_EQ(kn_tcb_set_space(t, 0, ro, ROOT_CNODE, ROOT_VSPACE), KN_ERROR_INVALID_CAPABILITY);
    EXPECT_EQ(kn_tcb_set_timeout_endpoint(t, n), KN_ERROR_INVALID_CAPABILITY);
    OK(kn_tcb_set_timeout_endpoint(t, e));
    OK(kn_tcb_set_timeout_endpoint(t, 0));
}

TEST(tcb_priority_is_bounded_by_the_authoritys_maximum)
{
    word_t t = tcb(), auth = tcb();
    OK(kn_tcb_set_mc_priority(auth, 50, KN_INIT_CAP_TCB));
    EXPECT_EQ(kn_tcb_set_priority(t, 51, auth), KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(kn_ipc_buffer()->msg[0], 0);
    EXPECT_EQ(kn_ipc_buffer()->msg[1], 50);
    OK(kn_tcb_set_priority(t, 50, auth));
    EXPECT_EQ(kn_tcb_set_mc_priority(t, 51, auth), KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(kn_tcb_set_sched_params(t, 10, 51, auth, 0, 0), KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(kn_tcb_set_sched_params(t, 51, 10, auth, 0, 0), KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(kn_tcb_set_priority(t, 256, KN_INIT_CAP_TCB), KN_ERROR_RANGE_ERROR);
}

TEST(tcb_authority_must_be_a_tcb)
{
    EXPECT_EQ(kn_tcb_set_priority(tcb(), 1, ROOT_CNODE), KN_ERROR_INVALID_CAPABILITY);
    EXPECT_EQ(kn_ipc_buffer()->msg[0], 1);
}

TEST(tcb_sched_params_bind_and_unbind_a_context)
{
    struct thread a = make_passive_thread(HIGH), b = make_passive_thread(HIGH);
    word_t sc = make_sched_context(1000, 1000, 0, 0, 0), other = make_sched_context(1000, 1000, 0, 0, 0);
    OK(kn_tcb_set_sched_params(a.tcb, HIGH, HIGH, KN_INIT_CAP_TCB, sc, 0));
    EXPECT(a.t->sc == PTR(sc, struct sched_context));
    EXPECT(kn_tcb_set_sched_params(b.tcb, HIGH, HIGH, KN_INIT_CAP_TCB, sc, 0) != KN_ERROR_NONE);
    EXPECT(kn_tcb_set_sched_params(a.tcb, HIGH, HIGH, KN_INIT_CAP_TCB, other, 0) != KN_ERROR_NONE);
    OK(kn_tcb_set_sched_params(a.tcb, HIGH, HIGH, KN_INIT_CAP_TCB, sc, 0)); // the same again
    OK(kn_tcb_set_sched_params(a.tcb, HIGH, HIGH, KN_INIT_CAP_TCB, 0, 0));
    EXPECT(!a.t->sc);
    EXPECT_EQ(kn_tcb_set_sched_params(a.tcb, HIGH, HIGH, KN_INIT_CAP_TCB, ROOT_CNODE, 0), KN_ERROR_INVALID_CAPABILITY);
}

TEST(tcb_suspend_cancels_a_wait_and_resume_repeats_it)
{
    word_t n = make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    struct thread a = make_thread(HIGH);
    start(a, (struct user_call){KN_SYS_WAIT, n});
    OK(kn_tcb_suspend(a.tcb));
    EXPECT_EQ(PTR(n, struct notification)->state, NOTIFICATION_IDLE);
    OK(kn_tcb_suspend(a.tcb)); // again: nothing
    OK(kn_tcb_resume(a.tcb));
    EXPECT_EQ(a.t->state, THREAD_BLOCKED_ON_NOTIFICATION);
}

TEST(tcb_that_suspends_itself_stops)
{
    struct thread a = make_thread(HIGH);
    start(a, (struct user_call){KN_SYS_CALL, a.tcb, MESSAGE(KN_LABEL_TCB_SUSPEND, 0)});
    EXPECT_EQ(a.t->state, THREAD_INACTIVE);
    EXPECT(current() == root_thread());
}

TEST(tcb_resume_of_a_running_thread_changes_nothing)
{
    OK(kn_tcb_resume(KN_INIT_CAP_TCB));
    EXPECT(current() == root_thread());
}

TEST(tcb_flags_are_cleared_then_set)
{
    word_t t = tcb(), flags = 99;
    OK(kn_tcb_set_flags(t, 0, KN_TCB_FLAG_FPU, KN_INIT_CAP_TCB, &flags));
    EXPECT_EQ(flags, KN_TCB_FLAG_FPU);
    OK(kn_tcb_set_flags(t, KN_TCB_FLAG_FPU, 0, KN_INIT_CAP_TCB, &flags));
    EXPECT_EQ(flags, 0);
    OK(kn_tcb_set_flags(t, KN_TCB_FLAG_FPU, KN_TCB_FLAG_FPU, KN_INIT_CAP_TCB, &flags));
    EXPECT_EQ(flags, KN_TCB_FLAG_FPU);
    EXPECT_EQ(kn_tcb_set_flags(t, 0, ~0ul, KN_INIT_CAP_TCB, &flags), KN_ERROR_INVALID_ARGUMENT);
}

TEST(tcb_tls_base_is_set_and_live_for_the_caller)
{
    OK(kn_tcb_set_tls_base(KN_INIT_CAP_TCB, 0x123456));
    EXPECT_EQ(root_thread()->context.reg[KN_REG_TLS_BASE], 0x123456);
    EXPECT_EQ(host.cpu[0].tls_base, 0x123456);
}

TEST(tcb_deletion_of_a_thread_in_every_state)
{
    word_t e = make(KN_OBJECT_TYPE_ENDPOINT, 0), n = make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    word_t r = make(KN_OBJECT_TYPE_REPLY, 0), f = make(KN_OBJECT_TYPE_ENDPOINT, 0);
    const struct user_call calls[] = {
        {KN_SYS_WAIT, e}, {KN_SYS_RECV, e, .reply = r}, {KN_SYS_SEND, f}, {KN_SYS_CALL, f}, {KN_SYS_WAIT, n},
        {KN_SYS_YIELD},
    };
    for (word_t i = 0; i < ARRAY_SIZE(calls); i++) {
        struct thread a = make_thread(HIGH);
        start(a, calls[i]);
        if (current() == a.t)
            park();
        OK(delete (a.tcb));
        EXPECT(!PTR(a.sc, struct sched_context)->tcb);
    }
    EXPECT_EQ(PTR(e, struct endpoint)->state, ENDPOINT_IDLE);
    EXPECT_EQ(PTR(f, struct endpoint)->state, ENDPOINT_IDLE);
    EXPECT_EQ(PTR(n, struct notification)->state, NOTIFICATION_IDLE);
}

TEST(tcb_copy_registers_with_resume_starts_the_destination)
{
    struct thread a = make_thread(HIGH), b = make_thread(HIGH);
    a.t->context.reg[KN_REG_PC] = 0x7000;
    OK(kn_tcb_copy_registers(b.tcb, KN_REGISTER_FLAG_SUSPEND_OR_RESUME, a.tcb));
    EXPECT(current() == b.t);
    EXPECT_EQ(arch_get_pc(&b.t->context), 0x7000);
}

TEST(tcb_unknown_register_flags_fail)
{
    struct thread a = make_thread(HIGH), b = make_thread(HIGH);
    EXPECT_EQ(kn_tcb_copy_registers(b.tcb, 2, a.tcb), KN_ERROR_RANGE_ERROR);
    act((struct user_call){KN_SYS_CALL, a.tcb, MESSAGE(KN_LABEL_TCB_READ_REGISTERS, 2), {2, 1}});
    EXPECT_EQ(got_label(root_thread()), KN_ERROR_RANGE_ERROR);
}

TEST(tcb_debug_system_calls_answer)
{
    if (!CONFIG_DEBUG)
        return;
    word_t slot = make(KN_OBJECT_TYPE_REPLY, 0);
    act((struct user_call){KN_SYS_DEBUG_CAP_IDENTIFY, slot});
    EXPECT_EQ(got_badge(root_thread()), KN_CAP_TYPE_REPLY);
    act((struct user_call){KN_SYS_DEBUG_CAP_IDENTIFY, new_slot()});
    EXPECT_EQ(got_badge(root_thread()), KN_CAP_TYPE_NULL);
    act((struct user_call){KN_SYS_DEBUG_CHECK});
    EXPECT_EQ(got_badge(root_thread()), 0);
    act((struct user_call){KN_SYS_DEBUG_DUMP});
    act((struct user_call){KN_SYS_DEBUG_PUT_CHAR, 'x'});
    EXPECT(current() == root_thread());
}

TEST(tcb_unknown_system_call_number_is_a_foreign_one)
{
    struct thread a = make_thread(HIGH);
    start(a, (struct user_call){999});
    EXPECT_EQ(a.t->state, THREAD_INACTIVE);
}
