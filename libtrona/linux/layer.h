// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What the parts of the layer share: the process, waiting, signals, and how a system call is declared.

#include <kn/proto/mm.h>
#include <kn/proto/proc.h>
#include <kn/proto/vfs.h>

#include "fd.h"
#include "thread.h"
#include "user_memory.h"

// A system call: arguments in a[0..5]; the result or -errno, or one of RESTART_*.
#define SYSCALL(name) long sys_##name([[maybe_unused]] struct thread *t, [[maybe_unused]] const word_t *a)

// Results of calls that a signal interrupted; never seen by the program.
enum restart_code {
    RESTART_LOWEST = 512,
    RESTART_SYS = RESTART_LOWEST, // again if the handler has SA_RESTART or no handler ran, else EINTR
    RESTART_NOHAND,               // again if no handler ran, else EINTR
    RESTART_BLOCK,                // the same, by restart_syscall with t->restart
    RESTART_ALWAYS,               // again after any handler
    RESTART_HIGHEST = RESTART_ALWAYS,
};

// Process-wide state, private to the process (copied by fork, fresh after exec).
struct process {
    uint32_t umask;
    uint32_t nofile; // soft RLIMIT_NOFILE, at most FD_MAX
    uint32_t personality;
    struct lx_sigaction action[LX_NSIG + 1];
    char name[16]; // comm
    bool is_subreaper;
};
extern struct process process;

#define PROC KN_LAYOUT_SLOT_PROC
#define VFS KN_LAYOUT_SLOT_VFS
#define MM KN_LAYOUT_SLOT_MM

#define NS_PER_SECOND 1000000000ul
#define NEVER (~(word_t)0) // a deadline

// wait.c. Sleeps until something signals the thread's notification or DEADLINE (monotonic ns, NEVER) passes: 0 to look
// again, -LX_ETIMEDOUT, or -RESTART_SYS if a signal is due. End a wait that had a deadline with wait_end.
long wait_for_wake(struct thread *t, word_t deadline);
void wait_end(struct thread *t);
// For sigtimedwait: also woken by the signals of SET, though they are blocked: 0 to look again, -LX_ETIMEDOUT, or
// -RESTART_SYS if another signal is due.
long wait_for_signal(struct thread *t, word_t set, word_t deadline);
// Not interrupted by signals and without deadline.
void wait_uninterrupted(struct thread *t);

// vfs_client.c. Makes T known to vfs, before anything that uses the window; 0 or -errno.
long vfs_attach(struct thread *t);
// The handle of descriptor FD; -LX_EBADF.
long fd_handle(word_t fd, struct fd **out);
// Whether the open file description has O_NONBLOCK.
bool is_nonblocking(uint64_t handle);
// Closes the open descriptor FD, and the handle with its last descriptor.
long fd_close(int fd);
// Opens a new descriptor >= FROM for HANDLE, or gives the handle back: the descriptor or -errno.
long fd_open_handle(int from, uint64_t handle, uint32_t type, bool is_cloexec);
// Copies the path at user address SRC to OFFSET of the window and finds what it is relative to. FLAGS: LX_AT_EMPTY_PATH
// allows an empty one, LX_AT_SYMLINK_NOFOLLOW matters to paths that name descriptors. Attaches.
long path_prepare(struct thread *t, word_t dirfd, word_t src, word_t offset, word_t flags, word_t *dir);
// An empty path, for operations on DIR itself.
long path_prepare_empty(struct thread *t);
// What vfs must know of T's signals when it reads, writes or controls a terminal: KN_VFS_IO_IGNORES_*.
word_t vfs_io_flags(const struct thread *t);
// Waits after vfs answered EAGAIN to a call with WAIT on a blocking description: 0 to ask again, or -RESTART_SYS.
long vfs_wait(struct thread *t);
// The same until DEADLINE (monotonic ns): also -LX_ETIMEDOUT.
long vfs_wait_until(struct thread *t, word_t deadline);

// signal.c. Signals that are pending for T, blocked ones too.
word_t signal_pending(const struct thread *t);
// Signals that T has to act upon, as a mask; what they are ignored for is left out.
word_t signal_due(const struct thread *t);
// Sends SIG to the calling thread, as from the process itself.
void signal_raise(struct thread *t, word_t sig);
// Delivers the signal of a fault of the program: not blockable; a handler's frame or the end of the process.
void signal_force(struct thread *t, const struct lx_siginfo *info);
// Acts upon all signals that are due. RESULT: what a system call under way returned, if IS_CALL.
void signal_deliver(struct thread *t, bool is_call);
void signal_set_blocked(struct thread *t, word_t mask);
// Takes one pending signal of SET into INFO: its number, 0 if none.
word_t signal_take(struct thread *t, word_t set, struct lx_siginfo *info);
// At the start of an image: mask and ignored signals that it inherits.
void signal_start_image(struct thread *t, word_t blocked, word_t ignored);
#define SIGNAL_BIT(sig) ((word_t)1 << ((sig)-1))

// exit.c. Ends the process with a status word as wait4 reports it.
_Noreturn void process_exit(struct thread *t, word_t status);

// time.c
word_t clock_monotonic_ns(void);
int64_t clock_realtime_offset_ns(void);
// NS from now on, as a deadline; saturates at NEVER - 1.
word_t deadline_after(word_t ns);
bool timespec_is_valid(const struct lx_timespec *ts);
word_t timespec_to_ns(const struct lx_timespec *ts); // saturates
struct lx_timespec ns_to_timespec(word_t ns);
struct lx_timeval ns_to_timeval(word_t ns);

// frame.c of the architecture. Builds the frame of a handler on the program's stack and enters the handler: 0 or
// -LX_EFAULT. MASK is what sigreturn shall restore.
long frame_push(struct thread *t, const struct lx_sigaction *action, const struct lx_siginfo *info, word_t mask);
// Undoes it from the frame at the stack pointer; *MASK and the alternate stack as the frame says.
long frame_pop(struct thread *t, word_t *mask, struct lx_sigaltstack *altstack);
// Where a frame may start: the alternate stack's end if ACTION wants it, else the stack pointer.
word_t frame_stack(const struct thread *t, const struct lx_sigaction *action, word_t sp);
bool is_on_altstack(const struct thread *t, word_t sp);
// What ss_flags are now.
uint32_t altstack_flags(const struct thread *t);
// exception.c of the architecture: the signal of a user exception. Fills signo, code, address.
void exception_siginfo(word_t number, word_t code, word_t pc, struct lx_siginfo *info);
// Resets the vector state to that of a new program. (fpu.c)
void fpu_reset(void);
// The architecture's HWCAP, and its name for AT_PLATFORM and uname.
word_t arch_hwcap(void);
extern const char arch_platform[];

// log.c. A line on the kernel's debug console, in debug builds.
void debug_log(const char *format, ...) __attribute__((format(printf, 1, 2)));
