// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Every error that the specification declares, from a generated table: the API reference lists them method by method
// (`gen/doc/reference.md` in the build folder), `errors/` has the function that provokes each. A declared error without
// one fails and says what to add; an error that is returned but not declared is a panic of debug kernels in any test.

#include "console.h"
#include "errors/provoke.h"
#include "errors/table.h"

#define MAX_WORDS 16 // object, arguments and capabilities of a method
#define ARENA_BITS 23 // memory for one attempt
#define ALL (~0ul)

// A call: the words of the method's structure, and how much of them is sent.
struct call {
    kn_word_t word[MAX_WORDS];
    kn_word_t max_words, max_caps;
    kn_word_t expected[KN_ERROR_MAX_PAYLOAD];
    kn_word_t is_expected; // bit i: payload word i must be expected[i]
};

static struct call *making; // that expect and send_words are about
static kn_word_t nr_wrong;

void expect(kn_word_t i, kn_word_t value)
{
    making->expected[i] = value;
    making->is_expected |= 1ul << i;
}

void send_words(kn_word_t n) { making->max_words = n; }

void no_slot(kn_word_t *depth)
{
    *depth = 1;
    expect(1, KN_LOOKUP_FAILURE_GUARD_MISMATCH);
    expect(2, 1);
}

void fill(kn_cptr_t slot) { CHECK_OK(retype(pool, KN_OBJECT_TYPE_ENDPOINT, 0, slot, 1)); }
kn_cptr_t last_slot(void) { return (1ul << boot_info->cnode_radix) - 1; }

static kn_word_t nr_variants(const struct error_case *e)
{
    bool has_limits = (e->given & 3) == 3 && e->word[0] != 0;
    return e->check == ERROR_CHECK_TYPE ? 2 - e->is_optional : e->check == ERROR_CHECK_RANGE ? 1 + has_limits : 1;
}

// Spoils C, which was a copy of VALID, so that E of M is returned.
static void spoil(const struct error_method *m, const struct error_case *e, kn_word_t variant, struct call *c,
                  const struct call *valid)
{
    making = c;
    c->is_expected = 0;
    switch (e->check) {
    case ERROR_CHECK_DECODE: e->provoke(c->word, valid->word); break;
    case ERROR_CHECK_WORDS: c->max_words = m->nr_args - 1; break;
    case ERROR_CHECK_CAPS: c->max_caps = m->nr_required_caps - 1; break;
    case ERROR_CHECK_TYPE: c->word[e->index] = variant == 0 ? KN_INIT_CAP_ASID_CONTROL : KN_INIT_CAP_NULL; break;
    case ERROR_CHECK_RANGE:
        c->word[e->index] = variant == 1 || !(e->given & 2) ? e->word[0] - 1 : e->word[1] + 1;
        break;
    }
}

static kn_word_t least(kn_word_t a, kn_word_t b) { return a < b ? a : b; }

static struct kn_msg make_call(const struct error_method *m, const struct call *c)
{
    kn_word_t registers = m->has_registers ? least(c->word[m->count], KN_NR_REGISTERS) : 0;
    kn_word_t length = least(m->nr_args + registers, c->max_words);
    struct kn_msg msg = {.info = kn_msg_info_new(m->label, 0, least(m->nr_caps, c->max_caps), length)};
    for (kn_word_t i = 0; i < m->nr_args + registers; i++)
        kn_msg_set(&msg, i, i < m->nr_args ? c->word[1 + i] : 0);
    for (kn_word_t i = 0; i < m->nr_caps; i++)
        kn_ipc_buffer()->caps_or_badges[i] = c->word[1 + m->nr_args + i];
    kn_call(c->word[0], &msg);
    for (kn_word_t i = 0; i < KN_MSG_REGISTERS; i++)
        kn_ipc_buffer()->msg[i] = msg.mr[i];
    return msg;
}

static void print(const char *a, const char *b, const char *c)
{
    console_print(a);
    console_print(b);
    console_print(c);
}

// Says that something is wrong with E of M (NULL: with its valid call).
static void complain(const struct error_method *m, const struct error_case *e, const char *what)
{
    nr_wrong++;
    print("errors: ", m->name, ", ");
    print(e ? e->id : "valid call", ": ", what);
}

static void complain_answer(const struct error_method *m, const struct error_case *e, const struct error_case *later,
                            const struct kn_msg *msg)
{
    complain(m, e, later ? "behind " : "");
    print(later ? later->id : "", later ? ": " : "", "answered label ");
    console_print_number(label_of(msg), 10);
    for (kn_word_t i = 0; i < least(length_of(msg), KN_ERROR_MAX_PAYLOAD + 1); i++) {
        console_print(i == 0 ? " with 0x" : ", 0x");
        console_print_number(error_word(i), 16);
    }
    console_print("\n");
}

// Whether the last answer, MSG, is error E of M with the payload that the declaration and, unless it is NULL, C say.
static bool is_as_declared(const struct error_method *m, const struct error_case *e, const struct call *c,
                           const struct kn_msg *msg)
{
    if (label_of(msg) != e->error || length_of(msg) != (m->is_batch ? KN_ERROR_MAX_PAYLOAD + 1 : e->nr_words))
        return false;
    for (kn_word_t i = 0; i < e->nr_words; i++)
        if (((e->given >> i & 1) && error_word(i) != e->word[i]) ||
            (c && (c->is_expected >> i & 1) && error_word(i) != c->expected[i]))
            return false;
    return !m->is_batch || error_word(KN_ERROR_MAX_PAYLOAD) == 0;
}

// Which of the slots made since MARK hold something, as a number.
static kn_word_t occupied_slots(kn_cptr_t mark)
{
    kn_word_t hash = 0;
    for (kn_cptr_t slot = mark; slot < env_mark(); slot++)
        hash = hash * 31 + slot_is_empty(slot);
    return hash;
}

// What a case has made so far.
struct mark {
    kn_cptr_t slot;
    kn_word_t threads;
};

static struct mark get_mark(void) { return (struct mark){env_mark(), threads_mark()}; }

static void release(const struct mark *mark)
{
    env_release(mark->slot);
    threads_release(mark->threads);
}

// A valid call of M must succeed, or everything below shows nothing.
static void try_valid(const struct error_method *m)
{
    struct mark mark = get_mark();
    struct call c = {.max_words = ALL, .max_caps = ALL};
    making = &c;
    m->valid(c.word);
    struct kn_msg msg = make_call(m, &c);
    if (label_of(&msg) != KN_ERROR_NONE)
        complain_answer(m, NULL, NULL, &msg);
    release(&mark);
}

// Provokes E of M, and LATER, too, unless it is NULL: E must be the answer, twice, and no slot changed.
static bool try_error(const struct error_method *m, const struct error_case *e, kn_word_t variant,
                      const struct error_case *later)
{
    struct mark mark = get_mark();
    struct call valid = {.max_words = ALL, .max_caps = ALL};
    making = &valid;
    m->valid(valid.word);
    struct call c = valid;
    if (later)
        spoil(m, later, 0, &c, &valid);
    spoil(m, e, variant, &c, &valid);
    kn_word_t occupied = occupied_slots(mark.slot);
    bool is_right = true;
    for (int i = 0; i < 2 && is_right; i++) {
        struct kn_msg msg = make_call(m, &c);
        is_right = is_as_declared(m, e, later ? NULL : &c, &msg);
        if (!is_right)
            complain_answer(m, e, later, &msg);
    }
    if (occupied_slots(mark.slot) != occupied) {
        complain(m, e, "it has changed a slot\n");
        is_right = false;
    }
    if (e->depends & ~c.is_expected) {
        complain(m, e, "a payload word that depends is not expected\n");
        is_right = false;
    }
    release(&mark);
    return is_right;
}

// Whether somebody has written how to provoke E.
static bool is_written(const struct error_method *m, const struct error_case *e)
{
    if (e->check != ERROR_CHECK_DECODE || e->provoke)
        return true;
    complain(m, e, "declared and untested: add ERROR(");
    print(m->name, ", ", e->id);
    console_print(") to tests/kernel/api/errors/\n");
    return false;
}

static bool has_valid_call(const struct error_method *m)
{
    if (m->valid)
        return true;
    complain(m, NULL, "missing: add VALID(");
    console_print(m->name);
    console_print(") to tests/kernel/api/errors/\n");
    return false;
}

static void print_total(const char *of, kn_word_t declared, kn_word_t provoked, kn_word_t untested)
{
    print("errors of ", of, ": ");
    console_print_number(declared, 10);
    console_print(" declared, ");
    console_print_number(provoked, 10);
    console_print(" provoked");
    if (untested) {
        console_print(", ");
        console_print_number(untested, 10);
        console_print(" impossible on this machine");
    }
    console_print("\n");
}

static bool try_variants(const struct error_method *m, const struct error_case *e)
{
    bool is_right = is_written(m, e);
    for (kn_word_t i = 0; is_right && i < nr_variants(e); i++)
        is_right = try_error(m, e, i, NULL);
    return is_right;
}

// Memory of its own for each attempt: what an earlier one has used is free again.
static void begin(void)
{
    pool = make_untyped(ARENA_BITS);
    nr_wrong = 0;
}

// The valid call of each method succeeds, and each change of it that a declared error is about is answered with that
// error and its payload, twice, and changes no slot.
TEST(errors_of_invocations_are_as_declared)
{
    kn_word_t declared = 0, provoked = 0, untested = 0;
    begin();
    for (const struct error_method *m = error_methods; m < error_methods + nr_error_methods; m++) {
        declared += m->nr_cases;
        if (!has_valid_call(m))
            continue;
        try_valid(m);
        for (const struct error_case *e = m->cases; e < m->cases + m->nr_cases; e++)
            if (e->untested)
                untested++;
            else
                provoked += try_variants(m, e);
        case_goes_on();
    }
    print_total("invocations", declared, provoked, untested);
    CHECK(nr_wrong == 0 && provoked + untested == declared);
}

static bool can_try(const struct error_case *e)
{
    return !e->untested && (e->check != ERROR_CHECK_DECODE || e->provoke);
}

// Of two errors that are provoked at once the one that the specification lists first is the answer.
TEST(errors_of_invocations_come_in_the_declared_order)
{
    begin();
    for (const struct error_method *m = error_methods; m < error_methods + nr_error_methods; m++) {
        for (const struct error_case *e = m->cases; m->valid && e < m->cases + m->nr_cases; e++)
            for (const struct error_case *later = e + 1; can_try(e) && later < m->cases + m->nr_cases; later++)
                if (can_try(later))
                    try_error(m, e, 0, later);
        case_goes_on();
    }
    CHECK(nr_wrong == 0);
}

// System calls fail as declared: by an error, a fault, or in silence.
TEST(errors_of_system_calls_are_as_declared)
{
    kn_word_t provoked = 0;
    begin();
    for (const struct error_syscall *e = error_syscalls; e < error_syscalls + nr_error_syscalls; e++) {
        struct mark mark = get_mark();
        if (e->provoke) {
            e->provoke();
            provoked++;
        } else {
            print("errors: declared and untested: add SYSCALL_ERROR(", e->call, ", ");
            print(e->id, ") to tests/kernel/api/errors/syscall.c", "\n");
        }
        release(&mark);
        case_goes_on();
    }
    print_total("system calls", nr_error_syscalls, provoked, 0);
    CHECK(provoked == nr_error_syscalls);
}
