// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The kernel's API tests as a root task. All cases run but those of files named machine_*, which need a machine of their own;
// on the kernel's command line "group=NAME" picks one file's, "case=NAME" those whose names begin so. "clock=wall" says that
// time passes while a busy host does not let the machine run, and leaves out timed cases; "long=1" makes those longer that
// can be.
//
// This thread only watches: it starts a case in a thread of its own, waits until that is done, has failed, has faulted or
// hangs, and takes apart what it made.

#include <trona/main.h>
#include <trona/string.h>

#include "console.h"
#include "thread.h"

#define WATCHDOG_PERIOD_US 500000
#define WATCHDOG_BUDGET_US 100
#define SMP_FACTOR 10 // of both where several CPUs take turns
#define PATIENT_FACTOR 100 // by wall time, or where cases are long
#define MAX_FAULT_WORDS 5

// Badges of what arrives here.
enum { FROM_CASE = 1, FROM_FAULT = 2, FROM_WATCHDOG = 4 };
// Labels from the case.
enum { CASE_DONE = 0x20, CASE_FAILED, CASE_GOES_ON };

extern const struct test __start_api_tests[], __stop_api_tests[];

static kn_cptr_t endpoint, case_endpoint, fault_endpoint, reply, watchdog_signal;
static struct thread *watchdog;
static const char *failed_file, *failed_what;
static int failed_line;
static const char *running;

void test_fail(const char *file, int line, const char *what)
{
    struct kn_msg m = message(CASE_FAILED, 0, 0);
    if (!running) // set-up
        console_fail(file, line, what);
    failed_file = file;
    failed_line = line;
    failed_what = what;
    kn_send(case_endpoint, &m);
    for (;;)
        ;
}

void case_goes_on(void)
{
    struct kn_msg m = message(CASE_GOES_ON, 0, 0);
    kn_send(case_endpoint, &m);
}

static void run_case(void)
{
    struct kn_msg m = message(CASE_DONE, 0, 0);
    for (const struct test *t = __start_api_tests; t < __stop_api_tests; t++)
        if (t->name == running)
            t->run();
    kn_send(case_endpoint, &m);
}

// Two signals while one case runs mean that it hangs.
static kn_word_t watch(struct thread *t)
{
    (void)t;
    for (;;) {
        kn_yield();
        kn_signal(watchdog_signal);
    }
}

static void print_fault(const struct kn_msg *m)
{
    console_print(": fault ");
    console_print_number(label_of(m), 10);
    for (kn_word_t i = 0; i < length_of(m) && i < MAX_FAULT_WORDS; i++) {
        console_print(" 0x");
        console_print_number(kn_msg_get(m, i), 16);
    }
    console_print("\n");
}

static bool fail(const char *name)
{
    console_print("FAIL ");
    console_print(name);
    return false;
}

// Waits for the end of the case.
static bool is_passed(const char *name)
{
    for (kn_word_t ticks = 0; ticks < 2;) {
        struct kn_msg m;
        kn_recv(endpoint, reply, &m);
        if (m.badge == FROM_WATCHDOG) {
            ticks++;
        } else if (m.badge == FROM_CASE && label_of(&m) == CASE_GOES_ON) {
            ticks = 0;
        } else if (m.badge == FROM_FAULT) {
            fail(name);
            print_fault(&m);
            return false;
        } else if (label_of(&m) == CASE_FAILED) {
            fail(name);
            console_print_location(failed_file, failed_line, failed_what);
            return false;
        } else {
            return true;
        }
    }
    fail(name);
    console_print(": it hangs\n");
    return false;
}

// The kernel's invariants, as the case has left it and again when that is gone.
static bool is_sound(const char *name)
{
    if (!CONFIG_DEBUG || kn_debug_check() == 0)
        return true;
    fail(name);
    console_print(": an invariant of the kernel is broken\n");
    return false;
}

static bool is_clean(const char *name)
{
    bool was_sound = is_sound(name);
    if (!env_end()) {
        fail(name);
        console_print(": it left objects behind\n");
        return false;
    }
    return was_sound && is_sound(name);
}

// Gives the watchdog a full budget: it spends a period from now on before it signals. So it does not come in the middle of a
// short case, whose threads' budgets it would split.
static void restart_watchdog(void)
{
    kn_word_t factor = is_wall_time || is_long ? PATIENT_FACTOR : boot_info->nr_cpus > 1 ? SMP_FACTOR : 1;
    thread_make_passive(watchdog);
    thread_set_budget(watchdog, factor * WATCHDOG_BUDGET_US, factor * WATCHDOG_PERIOD_US);
    CHECK_OK(kn_sched_context_bind(watchdog->sc, watchdog->tcb));
    thread_start(watchdog);
}

static bool run(const struct test *test)
{
    running = NULL; // set-up is not the case's
    env_begin();
    struct thread *t = thread_new_for_case(run_case);
    thread_set_fault_endpoint(t, fault_endpoint);
    restart_watchdog();
    running = test->name;
    thread_start(t);
    bool passed = is_passed(test->name);
    running = NULL;
    return is_clean(test->name) && passed;
}

// What is behind NAME, which ends with "=", on the command line; "" if it is not there.
static const char *option(const char *name)
{
    const char *at = (const char *)boot_info + boot_info->command_line_offset;
    for (; *at; at++)
        if (strncmp(at, name, strlen(name)) == 0)
            return at + strlen(name);
    return "";
}

static bool begins_with(const char *text, const char *word, size_t *length)
{
    *length = 0;
    while (word[*length] && word[*length] != ' ')
        ++*length;
    return strncmp(text, word, *length) == 0;
}

static bool is_wanted(const struct test *test)
{
    size_t length;
    if (!begins_with(test->name, option("case="), &length) || (test->is_timed && is_wall_time))
        return false;
    bool is_of_group = begins_with(test->file, option("group="), &length);
    return length ? is_of_group && test->file[length] == '.' : strncmp(test->file, "machine_", 8) != 0;
}

static void make_watchdog(void)
{
    kn_cptr_t tcb = env_make(KN_OBJECT_TYPE_TCB, 0);
    kn_cptr_t sc = env_make(KN_OBJECT_TYPE_SCHED_CONTEXT, KN_SCHED_CONTEXT_MIN_BITS);
    watchdog = thread_new_permanent(tcb, sc, watch);
    thread_set_priority(watchdog, KN_NR_PRIORITIES - 1);
}

static void set_up(void)
{
    kn_cptr_t notification = env_make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    endpoint = env_make(KN_OBJECT_TYPE_ENDPOINT, 0);
    reply = env_make(KN_OBJECT_TYPE_REPLY, 0);
    case_endpoint = env_slot();
    fault_endpoint = env_slot();
    watchdog_signal = env_slot();
    CHECK_OK(mint(case_endpoint, endpoint, KN_RIGHTS_ALL, FROM_CASE));
    CHECK_OK(mint(fault_endpoint, endpoint, KN_RIGHTS_ALL, FROM_FAULT));
    CHECK_OK(mint(watchdog_signal, notification, KN_RIGHTS_ALL, FROM_WATCHDOG));
    CHECK_OK(kn_tcb_bind_notification(KN_INIT_CAP_TCB, notification));
    make_watchdog();
}

void trona_main(void *start)
{
    kn_word_t passed = 0, failed = 0;
    boot_info = start;
    env_init(start);
    console_init();
    is_wall_time = strncmp(option("clock="), "wall", 4) == 0;
    is_long = *option("long=") != 0;
    set_up();
    for (const struct test *t = __start_api_tests; t < __stop_api_tests; t++) {
        if (!is_wanted(t))
            continue;
        if (run(t)) {
            passed++;
            console_print("ok ");
            console_print(t->name);
            console_print("\n");
        } else {
            failed++;
        }
    }
    console_print_number(passed, 10);
    console_print(" passed, ");
    console_print_number(failed, 10);
    console_print(" failed\n");
    console_exit(passed > 0 && failed == 0 ? 0 : 1);
}
