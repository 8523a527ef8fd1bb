// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// What x86_64 alone promises to user mode: all registers, flags, exceptions, addresses that are not canonical, FPU state.

#include "steps.h"

#define VECTOR_DIVIDE 0
#define VECTOR_DEBUG 1
#define VECTOR_UNDEFINED 6
#define VECTOR_NO_FPU 7
#define VECTOR_PROTECTION 13
#define FLAG_CARRY 0x1ul
#define FLAG_TRAP 0x100ul
#define FLAG_INTERRUPT 0x200ul
#define FLAG_IOPL 0x3000ul
#define FLAG_NESTED 0x4000ul
#define FLAG_ALIGNMENT 0x40000ul
#define NOT_CANONICAL 0x800000000000ul
#define MADE_CANONICAL 0xffff800000000000ul // also where the kernel's window starts
#define KERNEL 0xffffffff80101000ul
#define RDI 0x1005ul
#define USER_SS 0x2b
#define STORE_LENGTH 3 // of step_store's first instruction

void step_foreign(void);
void step_native(void);
void step_upcall_entry(void);
void step_upcall_end(void);
void step_upcall(void);
void step_kicked(void);
void step_fpu(void);
void step_allowed(void);
void step_int80(void);
void step_ud(void);
void step_divide(void);
void step_cli(void);
void step_hlt(void);
void step_in(void);
void step_rdmsr(void);
void step_cr(void);
void step_sgdt(void);
void step_swapgs(void);
void step_far(void);
void step_load(void);
void step_store(void);
void step_load_ss(void);
void step_load_ss_break(void);
void step_jump(void);
void step_nop(void);

static _Alignas(64) char data[64];

// Registers for ENTRY: the values as steps.S wants them, but for RDI.
static struct kn_registers registers(const struct steps *s, void (*entry)(void), kn_word_t rdi, kn_word_t flags)
{
    return (struct kn_registers){
        .rip = (kn_word_t)entry,
        .rsp = s->thread->stack_top,
        .rflags = flags,
        .rax = 0x1000,
        .rbx = 0x1001,
        .rcx = 0x1002,
        .rdx = 0x1003,
        .rsi = 0x1004,
        .rdi = rdi,
        .rbp = 0x1006,
        .r8 = 0x1007,
        .r9 = 0x1008,
        .r10 = 0x1009,
        .r11 = 0x100a,
        .r12 = 0x100b,
        .r13 = 0x100c,
        .r14 = 0x100d,
        .r15 = 0x100e,
    };
}

static void start(struct steps *s, void (*entry)(void), kn_word_t rdi, kn_word_t flags)
{
    struct kn_registers r = registers(s, entry, rdi, flags);
    steps_start(s, &r);
}

static kn_word_t call_flags(const struct steps *s) { return steps_word(s, KN_FAULT_UNKNOWN_SYSCALL_FLAGS); }

// The handler of a foreign system call may give every register a value, RCX and R11 too.
TEST(x86_64_foreign_call_answer_gives_every_register)
{
    struct steps s = steps_new();
    start(&s, step_foreign, RDI, 0);
    CHECK(steps_is_end(&s) && steps_word(&s, KN_FAULT_UNKNOWN_SYSCALL_R15) == 0x200e);
    CHECK(steps_word(&s, KN_FAULT_UNKNOWN_SYSCALL_SYSCALL) == 0x2000);
    kn_msg_set(&s.fault, KN_FAULT_UNKNOWN_SYSCALL_RCX, 0x2002);
    kn_msg_set(&s.fault, KN_FAULT_UNKNOWN_SYSCALL_R11, 0x200a);
    steps_resume(&s, KN_FAULT_UNKNOWN_SYSCALL_REPLY_LENGTH);
    CHECK(steps_is_end(&s) && steps_word(&s, KN_FAULT_UNKNOWN_SYSCALL_RDI) == 0);
}

// Neither WriteRegisters nor an answer to a fault sets flags that give privilege; interrupts stay on.
TEST(x86_64_flags_give_no_privilege)
{
    struct steps s = steps_new();
    start(&s, step_foreign, RDI, ~0ul & ~(FLAG_TRAP | FLAG_NESTED | FLAG_ALIGNMENT));
    CHECK(steps_is_end(&s) && (call_flags(&s) & FLAG_INTERRUPT) && !(call_flags(&s) & FLAG_IOPL));
    kn_msg_set(&s.fault, KN_FAULT_UNKNOWN_SYSCALL_FLAGS, FLAG_IOPL | FLAG_NESTED);
    steps_resume(&s, KN_FAULT_UNKNOWN_SYSCALL_REPLY_LENGTH);
    CHECK((call_flags(&s) & FLAG_INTERRUPT) && !(call_flags(&s) & (FLAG_IOPL | FLAG_NESTED)));
}

// kernite's own calls preserve every register but their results, RCX and R11.
TEST(x86_64_native_call_preserves_registers)
{
    struct steps s = steps_new();
    start(&s, step_native, RDI, 0);
    CHECK(steps_is_end(&s) && steps_word(&s, KN_FAULT_UNKNOWN_SYSCALL_RDI) == 0);
}

// What user mode may do: read the time stamp counter and XCR0 (x87, SSE, AVX); POPF leaves IOPL at 0.
TEST(x86_64_allowed_instructions)
{
    struct steps s = steps_new();
    start(&s, step_allowed, 0, 0);
    CHECK(steps_is_end(&s) && steps_word(&s, KN_FAULT_UNKNOWN_SYSCALL_RDI) == 7);
    CHECK(!(steps_word(&s, KN_FAULT_UNKNOWN_SYSCALL_RSI) & FLAG_IOPL));
}

// Privileged instructions, ports without capability, INT 0x80 and 32-bit code are general protection exceptions.
TEST(x86_64_privileged_instructions_fault)
{
    void (*const entries[])(void) = {step_int80, step_cli,  step_hlt,    step_in, step_rdmsr,
                                     step_cr,    step_sgdt, step_swapgs, step_far};
    struct steps s = steps_new();
    for (unsigned i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        start(&s, entries[i], RDI, 0);
        CHECK(steps_is_exception(&s, VECTOR_PROTECTION));
    }
}

// UD2 and a division by zero are exceptions of their own.
TEST(x86_64_exceptions_have_their_vectors)
{
    struct steps s = steps_new();
    start(&s, step_ud, RDI, 0);
    CHECK(steps_is_exception(&s, VECTOR_UNDEFINED));
    start(&s, step_divide, RDI, 0);
    CHECK(steps_is_exception(&s, VECTOR_DIVIDE));
}

// The trap flag ends a step of one instruction; AC belongs to the program (to the kernel it would open SMAP).
TEST(x86_64_trap_and_alignment_flags_are_the_programs)
{
    struct steps s = steps_new();
    start(&s, step_nop, RDI, FLAG_TRAP);
    CHECK(steps_is_exception(&s, VECTOR_DEBUG) &&
          steps_word(&s, KN_FAULT_USER_EXCEPTION_PC) == (kn_word_t)step_nop + 1);
    start(&s, step_nop, 0, FLAG_ALIGNMENT);
    CHECK(steps_is_end(&s) && (call_flags(&s) & FLAG_ALIGNMENT));
}

// A watchpoint that strikes while debug exceptions are held back, which is at the first instruction of the kernel's
// entry, is forgotten or comes before; the kernel goes on in any case.
TEST(x86_64_watchpoint_before_entry)
{
    struct steps s = steps_new();
    *(volatile uint16_t *)data = USER_SS;
    CHECK_OK(kn_tcb_set_breakpoint(s.thread->tcb, 0, (kn_word_t)data, KN_BREAKPOINT_TYPE_DATA, 2,
                                   KN_BREAKPOINT_ACCESS_READ_WRITE));
    start(&s, step_load_ss, (kn_word_t)data, 0);
    if (steps_is_debug(&s, KN_BREAKPOINT_TYPE_DATA))
        steps_resume(&s, 0);
    CHECK(steps_is_end(&s));
    start(&s, step_load_ss_break, (kn_word_t)data, 0);
    if (steps_is_debug(&s, KN_BREAKPOINT_TYPE_DATA))
        steps_resume(&s, 0);
    CHECK(steps_is_break(&s));
}

// A watchpoint that strikes in an instruction that the program's own trap flag traps: QEMU raises the second exception
// within the first, and the thread loses its PC. The kernel goes on.
TEST(x86_64_watchpoint_with_trap_flag)
{
    struct steps s = steps_new();
    CHECK_OK(kn_tcb_set_breakpoint(s.thread->tcb, 0, (kn_word_t)data, KN_BREAKPOINT_TYPE_DATA, 8,
                                   KN_BREAKPOINT_ACCESS_WRITE));
    for (int i = 0; i < 3; i++) {
        start(&s, step_store, (kn_word_t)data, FLAG_TRAP);
        CHECK(steps_is_debug(&s, KN_BREAKPOINT_TYPE_DATA));
        kn_word_t pc = steps_word(&s, KN_FAULT_DEBUG_PC);
        CHECK(pc == 0 || pc == (kn_word_t)step_store + STORE_LENGTH);
    }
}

// The kernel can be neither read, written nor executed; text not written, data not executed.
TEST(x86_64_kernel_addresses_are_out_of_reach)
{
    struct steps s = steps_new();
    start(&s, step_load, NOT_CANONICAL, 0);
    CHECK(steps_is_exception(&s, VECTOR_PROTECTION));
    start(&s, step_load, KERNEL, 0);
    CHECK(steps_is_vm_fault(&s, KERNEL, KN_VM_ACCESS_READ));
    start(&s, step_store, MADE_CANONICAL, 0);
    CHECK(steps_is_vm_fault(&s, MADE_CANONICAL, KN_VM_ACCESS_WRITE));
    start(&s, step_store, (kn_word_t)step_store, 0);
    CHECK(steps_is_vm_fault(&s, (kn_word_t)step_store, KN_VM_ACCESS_WRITE));
    start(&s, step_jump, (kn_word_t)data, 0);
    CHECK(steps_is_vm_fault(&s, (kn_word_t)data, KN_VM_ACCESS_EXECUTE));
    start(&s, step_jump, KERNEL, 0);
    CHECK(steps_is_vm_fault(&s, KERNEL, KN_VM_ACCESS_EXECUTE));
}

// A PC or base that is not canonical is made so, and faults in user mode, not in the kernel; a stack pointer is anything.
TEST(x86_64_addresses_that_are_not_canonical)
{
    struct steps s = steps_new();
    start(&s, (void (*)(void))NOT_CANONICAL, 0, 0);
    CHECK(steps_is_vm_fault(&s, MADE_CANONICAL, KN_VM_ACCESS_EXECUTE));
    start(&s, step_nop, 0, 0);
    kn_msg_set(&s.fault, KN_FAULT_UNKNOWN_SYSCALL_PC, NOT_CANONICAL);
    steps_resume(&s, KN_FAULT_UNKNOWN_SYSCALL_PC + 1);
    CHECK(steps_is_vm_fault(&s, MADE_CANONICAL, KN_VM_ACCESS_EXECUTE));
    struct kn_registers r = registers(&s, step_nop, 0, 0);
    r.rsp = NOT_CANONICAL;
    r.fs_base = NOT_CANONICAL;
    steps_start(&s, &r);
    CHECK(steps_is_end(&s) && steps_word(&s, KN_FAULT_UNKNOWN_SYSCALL_SP) == NOT_CANONICAL);
    CHECK(steps_registers(&s).fs_base == MADE_CANONICAL);
}

static void set_upcall(const struct steps *s)
{
    kn_word_t entry = (kn_word_t)step_upcall_entry;
    CHECK_OK(kn_tcb_set_upcall(s->thread->tcb, entry, entry, (kn_word_t)step_upcall_end, entry, entry));
}

// An upcall at a foreign system call enters with clean flags, leaves the old ones, and preserves all but RCX and R11.
TEST(x86_64_upcall_preserves_registers)
{
    struct steps s = steps_new();
    set_upcall(&s);
    start(&s, step_upcall, RDI, 0);
    CHECK(steps_is_break(&s) && steps_registers(&s).rdi == 0);
    CHECK(s.thread->buffer->upcall_cause == KN_UPCALL_CAUSE_SYSCALL && s.thread->buffer->user[0] == 1);
}

// A kick before the first instruction preserves every register and flag.
TEST(x86_64_kick_preserves_everything)
{
    struct steps s = steps_new();
    set_upcall(&s);
    struct kn_registers r = registers(&s, step_kicked, RDI, FLAG_CARRY);
    thread_set_priority(s.thread, PRIORITY_LOW); // so that the kick comes first
    CHECK_OK(kn_tcb_write_registers(s.thread->tcb, KN_REGISTER_FLAG_SUSPEND_OR_RESUME, KN_NR_REGISTERS, &r));
    CHECK_OK(kn_tcb_kick(s.thread->tcb));
    steps_wait(&s);
    CHECK(steps_is_break(&s) && steps_registers(&s).rdi == 0);
    CHECK(s.thread->buffer->upcall_cause == KN_UPCALL_CAUSE_KICK && s.thread->buffer->user[0] == 1);
}

static bool fpu_is(const struct steps *s, kn_word_t value)
{
    return steps_is_end(s) && steps_word(s, KN_FAULT_UNKNOWN_SYSCALL_RDI) == value &&
           steps_word(s, KN_FAULT_UNKNOWN_SYSCALL_RBX) == value &&
           steps_word(s, KN_FAULT_UNKNOWN_SYSCALL_RDX) == value &&
           steps_word(s, KN_FAULT_UNKNOWN_SYSCALL_RSI) == value && steps_word(s, KN_FAULT_UNKNOWN_SYSCALL_RBP) == 0x7f;
}

// AVX, SSE and x87 registers, the x87 control word and FS base of two threads that take turns do not mix.
TEST(x86_64_fpu_and_fs_base_do_not_mix)
{
    struct steps a = steps_new(), b = steps_new();
    start(&a, step_fpu, 0x1111, 0);
    CHECK(steps_is_exception(&a, VECTOR_NO_FPU));
    CHECK_OK(kn_tcb_set_flags(a.thread->tcb, 0, KN_TCB_FLAG_FPU, 0, NULL));
    CHECK_OK(kn_tcb_set_flags(b.thread->tcb, 0, KN_TCB_FLAG_FPU, 0, NULL));
    steps_resume(&a, 0);
    CHECK(steps_is_end(&a));
    start(&b, step_fpu, 0x2222, 0);
    CHECK(steps_is_end(&b));
    steps_resume(&a, 0);
    CHECK(fpu_is(&a, 0x1111));
    steps_resume(&b, 0);
    CHECK(fpu_is(&b, 0x2222));
}
