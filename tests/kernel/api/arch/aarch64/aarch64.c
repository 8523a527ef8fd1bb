// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// What aarch64 alone promises to user mode: all registers, exception classes, SPSR, FPU state, the timer flag, SMC.

#include "steps.h"

#define TIMER_IRQ 30
#define CLASS_UNKNOWN 0x0
#define CLASS_FP_ACCESS 0x07
#define CLASS_SYSTEM_REGISTER 0x18
#define PSCI_VERSION 0x84000000
#define PSCI_CPU_ON 0xc4000003
#define PSCI_FEATURES 0x8400000a
#define FLAGS_N_C 0xa0000000ul
#define EL1_MASKED 0x3c5ul // SPSR of the kernel
#define ROUND_UP (1ul << 22)
#define ROUND_TO_ZERO (3ul << 22)

void step_foreign(void);
void step_native(void);
void step_upcall_entry(void);
void step_fpu(void);
void step_timer(void);
void step_allowed(void);
void step_load(void);
void step_store(void);
void step_jump(void);
void step_privileged(void);
void user_walk_wait(void); // user.S
extern const char user_walk_wait_behind[];

static _Alignas(64) char data[64];

// Starts at ENTRY with xN = 0x1000 + N but for x0 and x1, and waits for the fault.
static void start(struct steps *s, void (*entry)(void), kn_word_t x0, kn_word_t x1, kn_word_t spsr)
{
    struct kn_registers r = {.pc = (kn_word_t)entry, .sp = s->thread->stack_top, .spsr = spsr};
    kn_word_t *x[] = {&r.x0,  &r.x1,  &r.x2,  &r.x3,  &r.x4,  &r.x5,  &r.x6,  &r.x7,  &r.x8,  &r.x9,  &r.x10,
                      &r.x11, &r.x12, &r.x13, &r.x14, &r.x15, &r.x16, &r.x17, &r.x18, &r.x19, &r.x20, &r.x21,
                      &r.x22, &r.x23, &r.x24, &r.x25, &r.x26, &r.x27, &r.x28, &r.x29, &r.x30};
    for (kn_word_t i = 0; i < sizeof x / sizeof x[0]; i++)
        *x[i] = 0x1000 + i;
    r.x0 = x0;
    r.x1 = x1;
    steps_start(s, &r);
}

static kn_word_t x0_of(const struct steps *s) { return steps_word(s, KN_FAULT_UNKNOWN_SYSCALL_X0); }

// A foreign system call preserves every register that the answer leaves alone.
TEST(aarch64_foreign_call_preserves_registers)
{
    struct steps s = steps_new();
    start(&s, step_foreign, 0, 0x1001, 0);
    CHECK(steps_is_end(&s) && steps_word(&s, KN_FAULT_UNKNOWN_SYSCALL_X7) == 0x2007);
    CHECK(steps_word(&s, KN_FAULT_UNKNOWN_SYSCALL_SYSCALL) == 0x2008);
    CHECK(steps_word(&s, KN_FAULT_UNKNOWN_SYSCALL_PC) == (kn_word_t)step_foreign + 32 * 4);
    kn_msg_set(&s.fault, KN_FAULT_UNKNOWN_SYSCALL_X0, 0x2000);
    kn_msg_set(&s.fault, KN_FAULT_UNKNOWN_SYSCALL_FLAGS, FLAGS_N_C);
    steps_resume(&s, KN_FAULT_UNKNOWN_SYSCALL_REPLY_LENGTH);
    CHECK(steps_is_end(&s) && x0_of(&s) == 0);
}

// Neither WriteRegisters nor an answer to a fault sets bits of SPSR that give privilege.
TEST(aarch64_spsr_gives_no_privilege)
{
    struct steps s = steps_new();
    start(&s, step_foreign, 0, 0x1001, EL1_MASKED);
    CHECK(steps_is_end(&s) && steps_word(&s, KN_FAULT_UNKNOWN_SYSCALL_FLAGS) == 0);
    kn_msg_set(&s.fault, KN_FAULT_UNKNOWN_SYSCALL_X0, 0x2000);
    kn_msg_set(&s.fault, KN_FAULT_UNKNOWN_SYSCALL_FLAGS, FLAGS_N_C | EL1_MASKED);
    steps_resume(&s, KN_FAULT_UNKNOWN_SYSCALL_REPLY_LENGTH);
    CHECK(steps_is_end(&s) && x0_of(&s) == 0);
}

// kernite's own calls preserve x0 to x7, but for their results, and x18 to x30.
TEST(aarch64_native_call_preserves_registers)
{
    struct steps s = steps_new();
    start(&s, step_native, 0x1000, 0x1001, 0);
    CHECK(steps_is_end(&s) && x0_of(&s) == 0);
}

// An upcall enters with clean flags and the thread block in x16, and preserves everything.
TEST(aarch64_upcall_preserves_registers)
{
    struct steps s = steps_new();
    kn_word_t entry = (kn_word_t)step_upcall_entry;
    CHECK_OK(kn_tcb_set_upcall(s.thread->tcb, entry, entry, entry + 64, entry, entry));
    start(&s, step_foreign, 0x1000, 0x1001, FLAGS_N_C);
    CHECK(steps_is_break(&s)); // both svc of step_foreign are upcalls; what is left is the brk behind them
    CHECK(steps_registers(&s).x0 == 0);
}

// What user mode may do: read counters and CTR, DC ZVA, DC CVAU, IC IVAU, WFE.
TEST(aarch64_allowed_instructions)
{
    struct steps s = steps_new();
    start(&s, step_allowed, 0, (kn_word_t)data, 0);
    CHECK(steps_is_end(&s));
}

// Privileged system registers are exceptions with their class, PC at the instruction.
TEST(aarch64_exceptions_have_their_classes)
{
    struct steps s = steps_new();
    start(&s, step_privileged, 0, 0, 0);
    CHECK(steps_is_exception(&s, CLASS_SYSTEM_REGISTER));
    kn_msg_set(&s.fault, KN_FAULT_USER_EXCEPTION_PC, (kn_word_t)step_privileged + 4);
    steps_resume(&s, KN_FAULT_USER_EXCEPTION_REPLY_LENGTH);
    CHECK(steps_is_exception(&s, CLASS_SYSTEM_REGISTER) || steps_is_exception(&s, CLASS_UNKNOWN));
}

// The kernel can be neither read nor executed; text not written, data not executed; a tag is not part of the address.
TEST(aarch64_kernel_addresses_are_out_of_reach)
{
    struct steps s = steps_new();
    start(&s, step_load, 0, 0x5a00000000000123, 0);
    CHECK(steps_is_vm_fault(&s, 0x123, KN_VM_ACCESS_READ));
    start(&s, step_load, 0, 0xffffffff80000000, 0);
    CHECK(steps_is_vm_fault(&s, 0xffffffff80000000, KN_VM_ACCESS_READ));
    start(&s, step_store, 0, (kn_word_t)step_store, 0);
    CHECK(steps_is_vm_fault(&s, (kn_word_t)step_store, KN_VM_ACCESS_WRITE));
    start(&s, step_jump, 0, (kn_word_t)data, 0);
    CHECK(steps_is_vm_fault(&s, (kn_word_t)data, KN_VM_ACCESS_EXECUTE));
    start(&s, step_jump, 0, 0xffff000040000000, 0);
    CHECK(steps_is_vm_fault(&s, 0xffff000040000000, KN_VM_ACCESS_EXECUTE));
}

// Whether step_fpu's second half found VALUE in the vector registers, and FPCR.
static bool fpu_is(const struct steps *s, kn_word_t value, kn_word_t fpcr)
{
    return steps_is_end(s) && x0_of(s) == value && steps_word(s, KN_FAULT_UNKNOWN_SYSCALL_X2) == value &&
           steps_word(s, KN_FAULT_UNKNOWN_SYSCALL_X1) == fpcr;
}

// Vector registers and FPCR of two threads that take turns do not mix.
TEST(aarch64_fpu_and_fpcr_do_not_mix)
{
    struct steps a = steps_new(), b = steps_new();
    start(&a, step_fpu, 0x1111, ROUND_UP, 0);
    CHECK(steps_is_exception(&a, CLASS_FP_ACCESS));
    CHECK_OK(kn_tcb_set_flags(a.thread->tcb, 0, KN_TCB_FLAG_FPU, 0, NULL));
    CHECK_OK(kn_tcb_set_flags(b.thread->tcb, 0, KN_TCB_FLAG_FPU, 0, NULL));
    steps_resume(&a, 0);
    CHECK(steps_is_end(&a));
    start(&b, step_fpu, 0x2222, ROUND_TO_ZERO, 0);
    CHECK(steps_is_end(&b));
    steps_resume(&a, 0);
    CHECK(fpu_is(&a, 0x1111, ROUND_UP));
    steps_resume(&b, 0);
    CHECK(fpu_is(&b, 0x2222, ROUND_TO_ZERO));
}

// The physical timer belongs to a thread with the flag, which only the holder of its interrupt can give.
TEST(aarch64_timer_flag_needs_the_interrupt)
{
    struct steps s = steps_new();
    kn_cptr_t irq = slot_new(), notification = make_notification();
    start(&s, step_timer, 0, 0, 0);
    CHECK(steps_is_exception(&s, CLASS_SYSTEM_REGISTER));
    CHECK_ERROR(kn_tcb_set_flags(s.thread->tcb, 0, KN_TCB_FLAG_TIMER, 0, NULL), INVALID_ARGUMENT);
    CHECK_OK(kn_irq_control_get(KN_INIT_CAP_IRQ_CONTROL, TIMER_IRQ, KN_IRQ_TRIGGER_LEVEL, irq, DEPTH, ROOT));
    CHECK_OK(kn_irq_handler_set_notification(irq, badged(notification, 1)));
    CHECK_OK(kn_tcb_set_flags(s.thread->tcb, 0, KN_TCB_FLAG_TIMER, irq, NULL));
    steps_resume(&s, 0);
    CHECK(steps_is_end(&s));
    CHECK(wait(notification).badge == 1);
    steps_resume(&s, KN_FAULT_UNKNOWN_SYSCALL_REPLY_LENGTH); // it switches the timer off
    CHECK(steps_is_end(&s));
    CHECK_OK(kn_irq_handler_ack(irq));
}

static kn_error_t smc(kn_cptr_t cap, kn_word_t function, kn_word_t argument, kn_word_t *result)
{
    return kn_smc_call(cap, function, argument, 0, 0, result, NULL, NULL, NULL);
}

// Firmware calls: those that run code at EL1 are refused, a badge restricts the capability to one function.
TEST(aarch64_smc_is_restricted_by_badge)
{
    kn_word_t r0 = 0;
    CHECK_OK(smc(KN_INIT_CAP_SMC, PSCI_VERSION, 0, &r0));
    CHECK(r0 >= 2);
    CHECK_ERROR(smc(KN_INIT_CAP_SMC, PSCI_CPU_ON, 1, &r0), ILLEGAL_OPERATION);
    kn_cptr_t narrow = badged(KN_INIT_CAP_SMC, PSCI_VERSION);
    CHECK_OK(smc(narrow, PSCI_VERSION, 0, &r0));
    CHECK_ERROR(smc(narrow, PSCI_FEATURES, 0, &r0), ILLEGAL_OPERATION);
}

// A system call that is begun anew, since the thread was stopped in it, is one step all the same.
TEST(aarch64_restarted_system_call_is_one_step)
{
    struct steps s = steps_new();
    kn_cptr_t notification = make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    CHECK_OK(kn_tcb_configure_single_stepping(s.thread->tcb, 0, 1, NULL));
    thread_start_at(s.thread, (kn_word_t)user_walk_wait, notification);
    CHECK_OK(kn_tcb_suspend(s.thread->tcb));
    CHECK(thread_pc(s.thread) == (kn_word_t)user_walk_wait);
    CHECK_OK(kn_tcb_resume(s.thread->tcb));
    kn_signal(notification);
    steps_wait(&s);
    CHECK(steps_is_debug(&s, KN_BREAKPOINT_TYPE_SINGLE_STEP));
    CHECK(steps_word(&s, KN_FAULT_DEBUG_PC) == (kn_word_t)user_walk_wait_behind);
}
