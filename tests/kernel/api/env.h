// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What a case works with: slots, an untyped of its own, short forms of the invocations that every case needs. All slots
// and objects belong to the running case; there is nothing to give back.

#include <kn/stubs.h>

#include "test.h"

#define ROOT KN_INIT_CAP_CNODE // the CSpace that everybody has unless a case says otherwise
#define DEPTH KN_WORD_BITS
#define POOL_BITS 25
#define READ_WRITE (KN_RIGHTS_READ | KN_RIGHTS_WRITE)
#define TEST_VADDR 0x10000000000ul // nothing is mapped in the terabyte from here on, not even a table
#define PAGE_SIZE (1ul << KN_PAGE_BITS)

extern const struct kn_boot_info *boot_info;
extern kn_cptr_t pool; // the case's untyped, 2^POOL_BITS bytes
extern kn_cptr_t sched_control; // of the boot CPU, as which the case runs
extern bool is_wall_time;       // the clock runs while a busy host does not let the machine run
extern bool is_long;            // cases that can be longer than usual shall be; the machine has more than 1 GiB

// Slots of ROOT: 1 or N of them, empty.
kn_cptr_t slot_new(void);
kn_cptr_t slots_new(kn_word_t n);
bool slot_is_empty(kn_cptr_t slot);

// An object made from the pool. BITS as Untyped_Retype wants it, 0 for types of one size.
kn_cptr_t make(kn_word_t type, kn_word_t bits);
kn_cptr_t make_many(kn_word_t type, kn_word_t bits, kn_word_t n);
static inline kn_cptr_t make_endpoint(void) { return make(KN_OBJECT_TYPE_ENDPOINT, 0); }
static inline kn_cptr_t make_notification(void) { return make(KN_OBJECT_TYPE_NOTIFICATION, 0); }
static inline kn_cptr_t make_reply(void) { return make(KN_OBJECT_TYPE_REPLY, 0); }
static inline kn_cptr_t make_frame(void) { return make(KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS); }
static inline kn_cptr_t make_cnode(kn_word_t radix) { return make(KN_OBJECT_TYPE_CNODE, radix); }
static inline kn_cptr_t make_untyped(kn_word_t bits) { return make(KN_OBJECT_TYPE_UNTYPED, bits); }
// A configured scheduling context; BUDGET equal to PERIOD: round robin.
kn_cptr_t make_sched_context(kn_word_t budget_us, kn_word_t period_us);

// N objects of TYPE from UNTYPED in the slots from SLOT on.
kn_error_t retype(kn_cptr_t untyped, kn_word_t type, kn_word_t bits, kn_cptr_t slot, kn_word_t n);
kn_error_t copy(kn_cptr_t to, kn_cptr_t from);
kn_error_t mint(kn_cptr_t to, kn_cptr_t from, kn_word_t rights, kn_word_t badge);
kn_error_t move(kn_cptr_t to, kn_cptr_t from);
kn_error_t delete_cap(kn_cptr_t slot);
kn_error_t revoke(kn_cptr_t slot);
// In a new slot.
kn_cptr_t copy_of(kn_cptr_t from);
kn_cptr_t badged(kn_cptr_t from, kn_word_t badge);
kn_cptr_t with_rights(kn_cptr_t from, kn_word_t rights);
// A copy of a CNode capability with a guard.
kn_cptr_t guarded(kn_cptr_t cnode, kn_word_t guard, kn_word_t size);

// Word I of the payload of the error that the last stub returned.
static inline kn_word_t error_word(kn_word_t i) { return kn_ipc_buffer()->msg[i]; }

// The capability of the frame behind a page of this program's image.
kn_cptr_t image_frame(const void *page);
// An untyped of 2^BITS bytes of device memory at PADDR, the same at every call; of one page.
kn_cptr_t device_untyped_of(kn_word_t paddr, kn_word_t bits);
static inline kn_cptr_t device_untyped(kn_word_t paddr) { return device_untyped_of(paddr, KN_PAGE_BITS); }
// The root task's largest untyped of RAM, as wide as the machine has it. Cases that use it need a machine of their own.
kn_cptr_t largest_untyped(void);

// Messages: LENGTH words, the first of them FIRST, the next FIRST + 1, ...
struct kn_msg message(kn_word_t label, kn_word_t length, kn_word_t first);
bool message_is(const struct kn_msg *m, kn_word_t label, kn_word_t length, kn_word_t first);
static inline kn_word_t label_of(const struct kn_msg *m) { return kn_msg_info_get_label(m->info); }
static inline kn_word_t length_of(const struct kn_msg *m) { return kn_msg_info_get_length(m->info); }
static inline bool is_nothing(const struct kn_msg *m) { return m->info == 0 && m->badge == 0; }

// Short forms with a message that does not matter.
void send(kn_cptr_t endpoint);
struct kn_msg receive(kn_cptr_t endpoint, kn_cptr_t reply); // Recv
struct kn_msg wait(kn_cptr_t object);                       // Wait
struct kn_msg poll(kn_cptr_t object);                       // NBWait
void answer(kn_cptr_t reply, kn_word_t label);
// Waits that long, at least 100; by wall time longer, so that a busy host lets the others get somewhere. Others run.
void sleep_us(kn_word_t us);
kn_word_t now_us(void);

// Before a case and after it. env_end: whether all of it could be taken apart (else it is revoked).
void env_init(const struct kn_boot_info *info);
void env_begin(void);
bool env_end(void);
// Within a case: takes apart what it has made since env_mark().
kn_cptr_t env_mark(void);
void env_release(kn_cptr_t mark);
// For the program's own use: not the case's.
kn_cptr_t env_slot(void);
kn_cptr_t env_make(kn_word_t type, kn_word_t bits);
