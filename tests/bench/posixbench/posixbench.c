/*
 * SPDX-FileCopyrightText: 2026 The kernite authors
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * posixbench - small POSIX/Linux system-call micro-benchmarks.
 *
 * One static program, meant to be run unchanged on different systems that
 * offer the Linux system-call interface so that ratios can be taken.
 *
 * Every benchmark is a function that performs `n` operations and stores the
 * time of the measured section, in nanoseconds of CLOCK_MONOTONIC, in its
 * `struct run`.  The driver makes one short warm-up pass and then `reps` timed
 * passes, and reports the median of the passes:
 *
 *     name ns_per_op iterations min=... max=...
 *     BENCH name value unit
 *     BENCH name_rate value MiB/s        (benchmarks that move data)
 *     SKIP name reason                   (a call it needs failed)
 *
 * Under QEMU's `-icount shift=0` one nanosecond is one guest instruction.
 *
 * Iteration counts are fixed, not calibrated, so that two runs do the same
 * work.  Nothing here needs more than 40 MiB of memory, 200 descriptors, or a
 * writable directory (-d) with room for about 24 MiB.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	MAX_REPS = 32,
	DATA_PAGES = 4096,		/* size of the data file, in 4 KiB pages */
	DATA_BYTES = DATA_PAGES * 4096,
	DIR_FILES = 1000,
	POLL_FDS = 64,
	CHUNK = 65536,
};

/* One pass of one benchmark. */
struct run {
	long n;				/* operations to perform */
	uint64_t ns;			/* result: time of the measured section */
	const char *what;		/* on failure: the call that failed */
	int err;			/* on failure: its errno, 0 if not a call */
	char note[64];			/* optional remark for the report line */
};

struct bench {
	const char *name;
	int (*fn)(struct run *);
	long n;				/* operations per pass */
	long bytes;			/* bytes moved per operation, or 0 */
	const char *desc;
};

static const char *work_dir = "/tmp";
static const char *self_path;		/* this program, for exec */
static char base[256];			/* work_dir/posixbench.tmp */
static size_t page;
static char buffer[CHUNK] __attribute__((aligned(4096)));

/* ---- helpers ---------------------------------------------------------- */

static uint64_t now(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static int done(struct run *r, uint64_t start)
{
	r->ns = now() - start;
	return 0;
}

static int fail(struct run *r, const char *what)
{
	r->err = errno;
	r->what = what;
	return -1;
}

/* A failure that is not described by errno. */
static int wrong(struct run *r, const char *what)
{
	r->err = 0;
	r->what = what;
	return -1;
}

static void path_in(char *out, size_t size, const char *leaf)
{
	snprintf(out, size, "%s/%s", base, leaf);
}

static void close_all(const int *fd, int count)
{
	for (int i = 0; i < count; i++)
		if (fd[i] >= 0)
			close(fd[i]);
}

static void reap(pid_t pid)
{
	int st;
	while (waitpid(pid, &st, 0) < 0 && errno == EINTR)
		;
}

static void kill_and_reap(pid_t pid)
{
	kill(pid, SIGKILL);
	reap(pid);
}

/* Open (making it first if needed) the data file of DATA_BYTES bytes. */
static int open_data(struct run *r, int flags)
{
	char p[300];
	struct stat st;
	path_in(p, sizeof p, "data");
	int fd = open(p, O_RDWR | O_CREAT, 0600);
	if (fd < 0)
		return fail(r, "open");
	if (fstat(fd, &st) < 0) {
		fail(r, "fstat");
		close(fd);
		return -1;
	}
	if (st.st_size != DATA_BYTES) {
		memset(buffer, 'd', sizeof buffer);
		for (long done_bytes = 0; done_bytes < DATA_BYTES; done_bytes += CHUNK)
			if (write(fd, buffer, CHUNK) != CHUNK) {
				fail(r, "write");
				close(fd);
				return -1;
			}
	}
	close(fd);
	fd = open(p, flags);
	if (fd < 0)
		return fail(r, "open");
	return fd;
}

/* Make the (small) target of the path-name benchmarks. */
static int make_file(struct run *r, char *p, size_t size, const char *leaf)
{
	path_in(p, size, leaf);
	int fd = open(p, O_WRONLY | O_CREAT, 0600);
	if (fd < 0)
		return fail(r, "open");
	close(fd);
	return 0;
}

/* ---- calibration ------------------------------------------------------ */

/* n times 1000 instructions (1000 = 500 x (decrement, branch)). */
static int b_cal_loop(struct run *r)
{
	uint64_t t = now();
	for (long i = 0; i < r->n; i++) {
		long k = 500;
#if defined __x86_64__
		__asm__ volatile("1: dec %0; jnz 1b" : "+r"(k) : : "cc");
#elif defined __aarch64__
		__asm__ volatile("1: subs %0, %0, #1; b.ne 1b" : "+r"(k) : : "cc");
#else
		while (k--)
			__asm__ volatile("");
#endif
	}
	return done(r, t);
}

static int b_memcpy_4k(struct run *r)
{
	static char dst[4096] __attribute__((aligned(4096)));
	uint64_t t = now();
	for (long i = 0; i < r->n; i++) {
		memcpy(dst, buffer, sizeof dst);
		__asm__ volatile("" : : "r"(dst) : "memory");
	}
	return done(r, t);
}

#if defined __x86_64__
static int b_rep_movsb_4k(struct run *r)
{
	static char dst[4096] __attribute__((aligned(4096)));
	uint64_t t = now();
	for (long i = 0; i < r->n; i++) {
		void *d = dst, *s = buffer;
		long c = 4096;
		__asm__ volatile("rep movsb" : "+D"(d), "+S"(s), "+c"(c) : : "memory");
	}
	return done(r, t);
}
#endif

/* ---- trivial system calls --------------------------------------------- */

static int b_null(struct run *r)
{
	if (syscall(SYS_getppid) < 0)
		return fail(r, "getppid");
	uint64_t t = now();
	for (long i = 0; i < r->n; i++)
		getppid();
	return done(r, t);
}

static int b_clock(struct run *r)
{
	struct timespec ts;
	uint64_t t = now();
	for (long i = 0; i < r->n; i++)
		clock_gettime(CLOCK_MONOTONIC, &ts);
	return done(r, t);
}

static int b_clock_sys(struct run *r)
{
	struct timespec ts;
	if (syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &ts) < 0)
		return fail(r, "clock_gettime");
	uint64_t t = now();
	for (long i = 0; i < r->n; i++)
		syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &ts);
	return done(r, t);
}

static int b_read_zero(struct run *r)
{
	char c;
	int rc = 0, fd = open("/dev/zero", O_RDONLY);
	if (fd < 0)
		return fail(r, "open /dev/zero");
	uint64_t t = now();
	for (long i = 0; i < r->n; i++)
		if (read(fd, &c, 1) != 1) {
			rc = fail(r, "read");
			break;
		}
	done(r, t);
	close(fd);
	return rc;
}

static int b_write_null(struct run *r)
{
	int rc = 0, fd = open("/dev/null", O_WRONLY);
	if (fd < 0)
		return fail(r, "open /dev/null");
	uint64_t t = now();
	for (long i = 0; i < r->n; i++)
		if (write(fd, "x", 1) != 1) {
			rc = fail(r, "write");
			break;
		}
	done(r, t);
	close(fd);
	return rc;
}

/* ---- names ------------------------------------------------------------- */

static int b_open_close(struct run *r)
{
	char p[300];
	if (make_file(r, p, sizeof p, "small"))
		return -1;
	uint64_t t = now();
	for (long i = 0; i < r->n; i++) {
		int fd = open(p, O_RDONLY);
		if (fd < 0)
			return fail(r, "open");
		close(fd);
	}
	return done(r, t);
}

static int b_stat(struct run *r)
{
	char p[300];
	struct stat st;
	if (make_file(r, p, sizeof p, "small"))
		return -1;
	uint64_t t = now();
	for (long i = 0; i < r->n; i++)
		if (stat(p, &st) < 0)
			return fail(r, "stat");
	return done(r, t);
}

static int b_stat_deep(struct run *r)
{
	char p[300];
	struct stat st;
	static const char *const dirs[] = {
		"a", "a/b", "a/b/c", "a/b/c/d", "a/b/c/d/e", "a/b/c/d/e/f",
	};
	const int depth = sizeof dirs / sizeof *dirs;
	int rc = 0;
	for (int i = 0; i < depth; i++) {
		path_in(p, sizeof p, dirs[i]);
		if (mkdir(p, 0700) < 0 && errno != EEXIST)
			return fail(r, "mkdir");
	}
	if (make_file(r, p, sizeof p, "a/b/c/d/e/f/g"))
		return -1;
	uint64_t t = now();
	for (long i = 0; i < r->n; i++)
		if (stat(p, &st) < 0) {
			rc = fail(r, "stat");
			break;
		}
	done(r, t);
	unlink(p);
	for (int i = depth - 1; i >= 0; i--) {
		path_in(p, sizeof p, dirs[i]);
		rmdir(p);
	}
	return rc;
}

static int b_fstat(struct run *r)
{
	char p[300];
	struct stat st;
	int rc = 0;
	if (make_file(r, p, sizeof p, "small"))
		return -1;
	int fd = open(p, O_RDONLY);
	if (fd < 0)
		return fail(r, "open");
	uint64_t t = now();
	for (long i = 0; i < r->n; i++)
		if (fstat(fd, &st) < 0) {
			rc = fail(r, "fstat");
			break;
		}
	done(r, t);
	close(fd);
	return rc;
}

static int b_mkdir_rmdir(struct run *r)
{
	char p[300];
	path_in(p, sizeof p, "dir");
	rmdir(p);				/* left by a pass that was killed */
	uint64_t t = now();
	for (long i = 0; i < r->n; i++) {
		if (mkdir(p, 0700) < 0)
			return fail(r, "mkdir");
		if (rmdir(p) < 0)
			return fail(r, "rmdir");
	}
	return done(r, t);
}

static int b_rename(struct run *r)
{
	char a[300], b[300];
	int rc = 0;
	if (make_file(r, a, sizeof a, "old"))
		return -1;
	path_in(b, sizeof b, "new");
	uint64_t t = now();
	for (long i = 0; i < r->n; i++)
		if (rename(i & 1 ? b : a, i & 1 ? a : b) < 0) {
			rc = fail(r, "rename");
			break;
		}
	done(r, t);
	unlink(a);
	unlink(b);
	return rc;
}

/* ---- many files -------------------------------------------------------- */

static void file_name(char *p, size_t size, long i)
{
	snprintf(p, size, "%s/many/file%04ld", base, i);
}

static int create_files(struct run *r, long n)
{
	char p[300];
	path_in(p, sizeof p, "many");
	if (mkdir(p, 0700) < 0 && errno != EEXIST)
		return fail(r, "mkdir");
	uint64_t t = now();
	for (long i = 0; i < n; i++) {
		file_name(p, sizeof p, i);
		int fd = open(p, O_WRONLY | O_CREAT | O_EXCL, 0600);
		if (fd < 0)
			return fail(r, "open O_CREAT");
		close(fd);
	}
	return done(r, t);
}

static int remove_files(struct run *r, long n)
{
	char p[300];
	int rc = 0;
	uint64_t t = now();
	for (long i = 0; i < n; i++) {
		file_name(p, sizeof p, i);
		if (unlink(p) < 0 && errno != ENOENT)
			rc = fail(r, "unlink");
	}
	done(r, t);
	path_in(p, sizeof p, "many");
	rmdir(p);
	return rc;
}

static int b_create_file(struct run *r)
{
	struct run cleanup = { 0 };
	int rc = create_files(r, r->n);
	remove_files(&cleanup, r->n);
	return rc;
}

static int b_unlink_file(struct run *r)
{
	if (create_files(r, r->n)) {
		struct run cleanup = { 0 };
		remove_files(&cleanup, r->n);
		return -1;
	}
	return remove_files(r, r->n);
}

/* One listing of a directory of DIR_FILES files, with or without stat. */
static int list_once(struct run *r, const char *dir, int with_stat)
{
	char p[300];
	struct stat st;
	struct dirent *e;
	long seen = 0;
	DIR *d = opendir(dir);
	if (!d)
		return fail(r, "opendir");
	while ((e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		seen++;
		if (with_stat) {
			snprintf(p, sizeof p, "%s/%s", dir, e->d_name);
			if (lstat(p, &st) < 0) {
				fail(r, "lstat");
				closedir(d);
				return -1;
			}
		}
	}
	closedir(d);
	return seen == DIR_FILES ? 0 : wrong(r, "listing is incomplete");
}

static int listing(struct run *r, int with_stat)
{
	struct run other = { 0 };
	char dir[300];
	int rc = 0;
	path_in(dir, sizeof dir, "many");
	if (create_files(r, DIR_FILES)) {
		remove_files(&other, DIR_FILES);
		return -1;
	}
	uint64_t t = now();
	for (long i = 0; i < r->n && !rc; i++)
		rc = list_once(r, dir, with_stat);
	done(r, t);
	remove_files(&other, DIR_FILES);
	return rc;
}

static int b_readdir(struct run *r)
{
	return listing(r, 0);
}

static int b_readdir_stat(struct run *r)
{
	return listing(r, 1);
}

/* ---- file data --------------------------------------------------------- */

static int file_read(struct run *r, size_t size)
{
	long left = 0;
	int rc = 0, fd = open_data(r, O_RDONLY);
	if (fd < 0)
		return -1;
	uint64_t t = now();
	for (long i = 0; i < r->n; i++) {
		if (left == 0) {
			if (lseek(fd, 0, SEEK_SET) < 0) {
				rc = fail(r, "lseek");
				break;
			}
			left = DATA_BYTES;
		}
		if (read(fd, buffer, size) != (ssize_t)size) {
			rc = fail(r, "read");
			break;
		}
		left -= (long)size;
	}
	done(r, t);
	close(fd);
	return rc;
}

/* Write over existing data, or (extend) into a file that grows. */
static int file_write(struct run *r, size_t size, int extend)
{
	char p[300];
	const long span = 4 << 20;
	long left;
	int rc = 0;
	path_in(p, sizeof p, "out");
	int fd = open(p, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0)
		return fail(r, "open");
	memset(buffer, 'w', sizeof buffer);
	if (!extend)
		for (left = span; left > 0; left -= CHUNK)
			if (write(fd, buffer, CHUNK) != CHUNK) {
				rc = fail(r, "write");
				goto out;
			}
	left = 0;
	uint64_t t = now();
	for (long i = 0; i < r->n; i++) {
		if (left == 0) {
			if (lseek(fd, 0, SEEK_SET) < 0) {
				rc = fail(r, "lseek");
				break;
			}
			if (extend && ftruncate(fd, 0) < 0) {
				rc = fail(r, "ftruncate");
				break;
			}
			left = span;
		}
		if (write(fd, buffer, size) != (ssize_t)size) {
			rc = fail(r, "write");
			break;
		}
		left -= (long)size;
	}
	done(r, t);
out:
	close(fd);
	unlink(p);
	return rc;
}

static int b_read_4k(struct run *r)	{ return file_read(r, 4096); }
static int b_read_64k(struct run *r)	{ return file_read(r, CHUNK); }
static int b_write_4k(struct run *r)	{ return file_write(r, 4096, 0); }
static int b_write_64k(struct run *r)	{ return file_write(r, CHUNK, 0); }
static int b_extend_64k(struct run *r)	{ return file_write(r, CHUNK, 1); }

/* ---- round trips over descriptors -------------------------------------- */

/* Child's half: send every byte back until end of file. */
static void echo_bytes(int in, int out)
{
	char c;
	while (read(in, &c, 1) == 1)
		if (write(out, &c, 1) != 1)
			break;
	_exit(0);
}

static int one_trip(struct run *r, int in, int out)
{
	char c = 'x';
	ssize_t k = write(out, &c, 1);
	if (k != 1)
		return fail(r, "write");
	k = read(in, &c, 1);
	if (k < 0)
		return fail(r, "read");
	return k == 1 ? 0 : wrong(r, "peer went away");
}

static int trips(struct run *r, int in, int out)
{
	if (one_trip(r, in, out))	/* the peer is now running */
		return -1;
	uint64_t t = now();
	for (long i = 0; i < r->n; i++)
		if (one_trip(r, in, out))
			return -1;
	return done(r, t);
}

static int b_pipe_rt(struct run *r)
{
	int fd[4] = { -1, -1, -1, -1 }, rc;
	if (pipe(fd) < 0 || pipe(fd + 2) < 0) {
		rc = fail(r, "pipe");
		close_all(fd, 4);
		return rc;
	}
	pid_t pid = fork();
	if (pid == 0) {
		close(fd[1]);
		close(fd[2]);
		echo_bytes(fd[0], fd[3]);
	}
	if (pid < 0) {
		rc = fail(r, "fork");
		close_all(fd, 4);
		return rc;
	}
	close(fd[0]);
	close(fd[3]);
	rc = trips(r, fd[2], fd[1]);
	close(fd[1]);
	close(fd[2]);
	reap(pid);
	return rc;
}

/* One process writes a byte and reads it back: a pipe without any switch. */
static int b_pipe_self(struct run *r)
{
	int fd[2], rc = 0;
	if (pipe(fd) < 0)
		return fail(r, "pipe");
	uint64_t t = now();
	for (long i = 0; i < r->n && !rc; i++)
		rc = one_trip(r, fd[0], fd[1]);
	done(r, t);
	close_all(fd, 2);
	return rc;
}

/* Round trips over a connected pair of stream sockets. */
static int pair_rt(struct run *r, const int fd[2])
{
	int rc;
	pid_t pid = fork();
	if (pid == 0) {
		close(fd[0]);
		echo_bytes(fd[1], fd[1]);
	}
	if (pid < 0) {
		rc = fail(r, "fork");
		close_all(fd, 2);
		return rc;
	}
	close(fd[1]);
	rc = trips(r, fd[0], fd[0]);
	close(fd[0]);
	reap(pid);
	return rc;
}

/* Child sends n chunks from `out`; parent drains `in`. */
static int stream_bw(struct run *r, int in, int out)
{
	int go[2], rc = 0;
	if (pipe(go) < 0) {
		rc = fail(r, "pipe");
		close(in);
		close(out);
		return rc;
	}
	pid_t pid = fork();
	if (pid == 0) {
		char c;
		close(go[1]);
		close(in);
		if (read(go[0], &c, 1) != 1)
			_exit(1);
		for (long left = r->n * CHUNK; left > 0; ) {
			ssize_t k = write(out, buffer, CHUNK < left ? CHUNK : (size_t)left);
			if (k <= 0)
				_exit(1);
			left -= k;
		}
		_exit(0);
	}
	close(go[0]);
	close(out);
	if (pid < 0) {
		rc = fail(r, "fork");
	} else {
		uint64_t t = now();
		if (write(go[1], "g", 1) != 1)
			rc = fail(r, "write");
		for (long left = r->n * CHUNK; !rc && left > 0; ) {
			ssize_t k = read(in, buffer, CHUNK);
			if (k < 0)
				rc = fail(r, "read");
			else if (k == 0)
				rc = wrong(r, "sender went away");
			else
				left -= k;
		}
		done(r, t);
	}
	close(go[1]);
	close(in);
	if (pid > 0)
		reap(pid);
	return rc;
}

static int b_pipe_bw(struct run *r)
{
	int fd[2];
	if (pipe(fd) < 0)
		return fail(r, "pipe");
	return stream_bw(r, fd[0], fd[1]);
}

static int b_unix_rt(struct run *r)
{
	int fd[2];
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) < 0)
		return fail(r, "socketpair");
	return pair_rt(r, fd);
}

static int b_unix_bw(struct run *r)
{
	int fd[2];
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) < 0)
		return fail(r, "socketpair");
	return stream_bw(r, fd[0], fd[1]);
}

/* ---- internet sockets --------------------------------------------------- */

static struct sockaddr_in loopback(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return a;
}

static int tcp_listener(struct run *r, struct sockaddr_in *addr)
{
	socklen_t len = sizeof *addr;
	int one = 1;
	*addr = loopback();
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0)
		return fail(r, "socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(fd, (struct sockaddr *)addr, sizeof *addr) < 0)
		fail(r, "bind");
	else if (listen(fd, 16) < 0)
		fail(r, "listen");
	else if (getsockname(fd, (struct sockaddr *)addr, &len) < 0)
		fail(r, "getsockname");
	else
		return fd;
	close(fd);
	return -1;
}

/*
 * A connected pair of TCP sockets.  Both ends are made by this process: a
 * connect to a listening socket completes without accept.
 */
static int tcp_pair(struct run *r, int listener, const struct sockaddr_in *to,
		    int fd[2])
{
	int one = 1;
	fd[0] = socket(AF_INET, SOCK_STREAM, 0);
	if (fd[0] < 0)
		return fail(r, "socket");
	if (connect(fd[0], (const struct sockaddr *)to, sizeof *to) < 0) {
		fail(r, "connect");
		close(fd[0]);
		return -1;
	}
	fd[1] = accept(listener, NULL, NULL);
	if (fd[1] < 0) {
		fail(r, "accept");
		close(fd[0]);
		return -1;
	}
	setsockopt(fd[0], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	setsockopt(fd[1], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	return 0;
}

static int tcp_open(struct run *r, int fd[2])
{
	struct sockaddr_in addr;
	int l = tcp_listener(r, &addr);
	if (l < 0)
		return -1;
	int rc = tcp_pair(r, l, &addr, fd);
	close(l);
	return rc;
}

static int b_tcp_rt(struct run *r)
{
	int fd[2];
	return tcp_open(r, fd) ? -1 : pair_rt(r, fd);
}

static int b_tcp_bw(struct run *r)
{
	int fd[2];
	return tcp_open(r, fd) ? -1 : stream_bw(r, fd[0], fd[1]);
}

static int b_tcp_connect(struct run *r)
{
	struct sockaddr_in addr;
	int fd[2], rc = 0, l = tcp_listener(r, &addr);
	if (l < 0)
		return -1;
	uint64_t t = now();
	for (long i = 0; i < r->n; i++) {
		rc = tcp_pair(r, l, &addr, fd);
		if (rc)
			break;
		close_all(fd, 2);
	}
	done(r, t);
	close(l);
	return rc;
}

static int b_udp_rt(struct run *r)
{
	struct sockaddr_in addr[2];
	struct timeval limit = { .tv_sec = 10 };
	int fd[2] = { -1, -1 }, rc = 0;
	for (int i = 0; i < 2 && !rc; i++) {
		socklen_t len = sizeof addr[i];
		addr[i] = loopback();
		fd[i] = socket(AF_INET, SOCK_DGRAM, 0);
		if (fd[i] < 0)
			rc = fail(r, "socket");
		else if (bind(fd[i], (struct sockaddr *)&addr[i], sizeof addr[i]) < 0)
			rc = fail(r, "bind");
		else if (getsockname(fd[i], (struct sockaddr *)&addr[i], &len) < 0)
			rc = fail(r, "getsockname");
	}
	for (int i = 0; i < 2 && !rc; i++) {
		if (connect(fd[i], (struct sockaddr *)&addr[!i], sizeof addr[i]) < 0)
			rc = fail(r, "connect");
		setsockopt(fd[i], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	}
	pid_t pid = rc ? -1 : fork();
	if (pid == 0) {
		char c[8];
		close(fd[0]);
		/* a datagram of two bytes ends the child */
		while (recv(fd[1], c, sizeof c, 0) == 1)
			if (send(fd[1], c, 1, 0) != 1)
				break;
		_exit(0);
	}
	if (pid < 0) {
		if (!rc)
			rc = fail(r, "fork");
		close_all(fd, 2);
		return rc;
	}
	close(fd[1]);
	rc = trips(r, fd[0], fd[0]);
	if (send(fd[0], "xx", 2, 0) != 2)
		kill(pid, SIGKILL);
	close(fd[0]);
	reap(pid);
	return rc;
}

/* ---- waiting for descriptors -------------------------------------------- */

/* POLL_FDS pipes, of which only the last has something to read. */
static int open_pipes(struct run *r, int fd[][2])
{
	for (int i = 0; i < POLL_FDS; i++)
		fd[i][0] = fd[i][1] = -1;
	for (int i = 0; i < POLL_FDS; i++)
		if (pipe(fd[i]) < 0) {
			fail(r, "pipe");
			close_all(fd[0], 2 * i);
			return -1;
		}
	if (write(fd[POLL_FDS - 1][1], "x", 1) != 1) {
		fail(r, "write");
		close_all(fd[0], 2 * POLL_FDS);
		return -1;
	}
	return 0;
}

static int b_poll(struct run *r)
{
	int fd[POLL_FDS][2], rc = 0;
	struct pollfd p[POLL_FDS];
	if (open_pipes(r, fd))
		return -1;
	for (int i = 0; i < POLL_FDS; i++)
		p[i] = (struct pollfd){ .fd = fd[i][0], .events = POLLIN };
	uint64_t t = now();
	for (long i = 0; i < r->n && !rc; i++) {
		int k = poll(p, POLL_FDS, 1000);
		if (k < 0)
			rc = fail(r, "poll");
		else if (k != 1)
			rc = wrong(r, "poll: wrong count");
	}
	done(r, t);
	close_all(fd[0], 2 * POLL_FDS);
	return rc;
}

static int b_select(struct run *r)
{
	int fd[POLL_FDS][2], rc = 0, top = 0;
	fd_set all, ready;
	if (open_pipes(r, fd))
		return -1;
	FD_ZERO(&all);
	for (int i = 0; i < POLL_FDS; i++) {
		FD_SET(fd[i][0], &all);
		if (fd[i][0] > top)
			top = fd[i][0];
	}
	uint64_t t = now();
	for (long i = 0; i < r->n && !rc; i++) {
		struct timeval tv = { .tv_sec = 1 };
		ready = all;
		int k = select(top + 1, &ready, NULL, NULL, &tv);
		if (k < 0)
			rc = fail(r, "select");
		else if (k != 1)
			rc = wrong(r, "select: wrong count");
	}
	done(r, t);
	close_all(fd[0], 2 * POLL_FDS);
	return rc;
}

static int b_epoll(struct run *r)
{
	int fd[POLL_FDS][2], rc = 0;
	struct epoll_event ev[4];
	if (open_pipes(r, fd))
		return -1;
	int ep = epoll_create1(EPOLL_CLOEXEC);
	if (ep < 0)
		rc = fail(r, "epoll_create1");
	for (int i = 0; i < POLL_FDS && !rc; i++) {
		ev[0] = (struct epoll_event){ .events = EPOLLIN, .data.fd = fd[i][0] };
		if (epoll_ctl(ep, EPOLL_CTL_ADD, fd[i][0], &ev[0]) < 0)
			rc = fail(r, "epoll_ctl");
	}
	uint64_t t = now();
	for (long i = 0; i < r->n && !rc; i++) {
		int k = epoll_wait(ep, ev, 4, 1000);
		if (k < 0)
			rc = fail(r, "epoll_wait");
		else if (k != 1)
			rc = wrong(r, "epoll_wait: wrong count");
	}
	done(r, t);
	if (ep >= 0)
		close(ep);
	close_all(fd[0], 2 * POLL_FDS);
	return rc;
}

static int b_eventfd(struct run *r)
{
	uint64_t v = 1;
	int rc = 0, fd = eventfd(0, EFD_CLOEXEC);
	if (fd < 0)
		return fail(r, "eventfd");
	uint64_t t = now();
	for (long i = 0; i < r->n && !rc; i++)
		if (write(fd, &v, sizeof v) != sizeof v)
			rc = fail(r, "write");
		else if (read(fd, &v, sizeof v) != sizeof v)
			rc = fail(r, "read");
	done(r, t);
	close(fd);
	return rc;
}

/* ---- processes ---------------------------------------------------------- */

/* Wait for pid; the child must have exited with status 0. */
static int wait_ok(struct run *r, pid_t pid, const char *failed)
{
	int st;
	if (waitpid(pid, &st, 0) != pid)
		return fail(r, "waitpid");
	if (!WIFEXITED(st) || WEXITSTATUS(st) != 0)
		return wrong(r, failed);
	return 0;
}

static int b_fork(struct run *r)
{
	uint64_t t = now();
	for (long i = 0; i < r->n; i++) {
		pid_t pid = fork();
		if (pid == 0)
			_exit(0);
		if (pid < 0)
			return fail(r, "fork");
		if (wait_ok(r, pid, "child failed"))
			return -1;
	}
	return done(r, t);
}

static void no_huge_pages(void *p, size_t len)
{
	madvise(p, len, MADV_NOHUGEPAGE);	/* may well be unknown: ignored */
}

/* fork+exit+wait of a process that has 16 MiB of touched memory. */
static int b_fork_16m(struct run *r)
{
	const size_t len = 16u << 20;
	char *m = mmap(NULL, len, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (m == MAP_FAILED)
		return fail(r, "mmap");
	no_huge_pages(m, len);
	for (size_t i = 0; i < len; i += page)
		m[i] = 1;
	int rc = b_fork(r);
	munmap(m, len);
	return rc;
}

/*
 * vfork by hand.  The child may only call _exit or execve.  It is a macro-like
 * inline so that no frame is left between the two returns.
 */
#if defined __x86_64__
static inline __attribute__((always_inline)) long raw_vfork(void)
{
	long ret;
	__asm__ volatile("syscall" : "=a"(ret) : "a"(58L)
			 : "rcx", "r11", "memory");
	return ret;
}
#elif defined __aarch64__
static inline __attribute__((always_inline)) long raw_vfork(void)
{
	register long nr __asm__("x8") = 220;		/* clone */
	register long x0 __asm__("x0") = 0x100 | 0x4000 | SIGCHLD;
	register long x1 __asm__("x1") = 0;
	register long x2 __asm__("x2") = 0;
	register long x3 __asm__("x3") = 0;
	register long x4 __asm__("x4") = 0;
	__asm__ volatile("svc 0" : "+r"(x0)
			 : "r"(nr), "r"(x1), "r"(x2), "r"(x3), "r"(x4)
			 : "memory");
	return x0;
}
#endif

static int b_vfork(struct run *r)
{
	uint64_t t = now();
	for (long i = 0; i < r->n; i++) {
		long pid = raw_vfork();
		if (pid == 0)
			_exit(0);
		if (pid < 0) {
			errno = (int)-pid;
			return fail(r, "vfork");
		}
		if (wait_ok(r, (pid_t)pid, "child failed"))
			return -1;
	}
	return done(r, t);
}

static int b_fork_exec(struct run *r)
{
	char *const argv[] = { (char *)self_path, "--exit-now", NULL };
	char *const envp[] = { NULL };
	uint64_t t = now();
	for (long i = 0; i < r->n; i++) {
		pid_t pid = fork();
		if (pid == 0) {
			execve(self_path, argv, envp);
			_exit(127);
		}
		if (pid < 0)
			return fail(r, "fork");
		if (wait_ok(r, pid, "execve failed in the child"))
			return -1;
	}
	return done(r, t);
}

static int b_spawn(struct run *r)
{
	char *const argv[] = { (char *)self_path, "--exit-now", NULL };
	char *const envp[] = { NULL };
	uint64_t t = now();
	for (long i = 0; i < r->n; i++) {
		pid_t pid;
		int e = posix_spawn(&pid, self_path, NULL, NULL, argv, envp);
		if (e) {
			errno = e;
			return fail(r, "posix_spawn");
		}
		if (wait_ok(r, pid, "child failed"))
			return -1;
	}
	return done(r, t);
}

static int b_fork_sh(struct run *r)
{
	char *const argv[] = { "/bin/sh", "-c", ":", NULL };
	char *const envp[] = { "PATH=/bin", NULL };
	if (access("/bin/sh", X_OK) < 0)
		return fail(r, "access /bin/sh");
	uint64_t t = now();
	for (long i = 0; i < r->n; i++) {
		pid_t pid = fork();
		if (pid == 0) {
			execve("/bin/sh", argv, envp);
			_exit(127);
		}
		if (pid < 0)
			return fail(r, "fork");
		if (wait_ok(r, pid, "/bin/sh failed"))
			return -1;
	}
	return done(r, t);
}

/* ---- memory ------------------------------------------------------------- */

static int b_mmap(struct run *r)
{
	const size_t len = 1u << 20;
	uint64_t t = now();
	for (long i = 0; i < r->n; i++) {
		void *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (p == MAP_FAILED)
			return fail(r, "mmap");
		if (munmap(p, len) < 0)
			return fail(r, "munmap");
	}
	return done(r, t);
}

static int b_mmap_touch(struct run *r)
{
	const size_t len = 16 * page;
	uint64_t t = now();
	for (long i = 0; i < r->n; i++) {
		volatile char *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
					MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (p == MAP_FAILED)
			return fail(r, "mmap");
		for (size_t k = 0; k < len; k += page)
			p[k] = 1;
		if (munmap((void *)p, len) < 0)
			return fail(r, "munmap");
	}
	return done(r, t);
}

/* Touch n fresh anonymous pages. */
static int anon(struct run *r, int small_pages)
{
	size_t len = (size_t)r->n * page;
	volatile char *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return fail(r, "mmap");
	if (small_pages)
		no_huge_pages((void *)p, len);
	uint64_t t = now();
	for (size_t i = 0; i < len; i += page)
		p[i] = 1;
	done(r, t);
	munmap((void *)p, len);
	return 0;
}

static int b_anon_fault(struct run *r)		{ return anon(r, 1); }
static int b_anon_fault_default(struct run *r)	{ return anon(r, 0); }

static int file_fault(struct run *r, int write_too)
{
	size_t len = (size_t)r->n * page;
	char sum = 0;
	if (r->n > DATA_PAGES)
		return wrong(r, "too many pages asked for");
	int fd = open_data(r, O_RDONLY);
	if (fd < 0)
		return -1;
	volatile char *p = mmap(NULL, len, PROT_READ | (write_too ? PROT_WRITE : 0),
				MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED) {
		fail(r, "mmap");
		close(fd);
		return -1;
	}
	close(fd);
	uint64_t t = now();
	if (write_too)
		for (size_t i = 0; i < len; i += page)
			p[i] = 1;
	else
		for (size_t i = 0; i < len; i += page)
			sum ^= p[i];
	done(r, t);
	(void)sum;
	munmap((void *)p, len);
	return 0;
}

static int b_file_fault(struct run *r)		{ return file_fault(r, 0); }
static int b_file_fault_write(struct run *r)	{ return file_fault(r, 1); }

/* The child writes n pages that it shares with its parent since fork. */
static int b_cow_fault(struct run *r)
{
	size_t len = (size_t)r->n * page;
	int fd[2], rc = 0;
	uint64_t ns = 0;
	if (pipe(fd) < 0)
		return fail(r, "pipe");
	volatile char *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED) {
		fail(r, "mmap");
		close_all(fd, 2);
		return -1;
	}
	no_huge_pages((void *)p, len);
	for (size_t i = 0; i < len; i += page)
		p[i] = 1;
	pid_t pid = fork();
	if (pid == 0) {
		uint64_t t = now();
		for (size_t i = 0; i < len; i += page)
			p[i] = 2;
		ns = now() - t;
		_exit(write(fd[1], &ns, sizeof ns) == sizeof ns ? 0 : 1);
	}
	if (pid < 0) {
		rc = fail(r, "fork");
	} else {
		close(fd[1]);
		fd[1] = -1;
		if (read(fd[0], &ns, sizeof ns) != sizeof ns)
			rc = fail(r, "read from the child");
		reap(pid);
		if (!rc && p[0] != 1)
			rc = wrong(r, "pages were not copied");
	}
	r->ns = ns;
	close_all(fd, 2);
	munmap((void *)p, len);
	return rc;
}

static int b_mprotect(struct run *r)
{
	int rc = 0;
	char *p = mmap(NULL, page, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return fail(r, "mmap");
	p[0] = 1;
	uint64_t t = now();
	for (long i = 0; i < r->n; i++)
		if (mprotect(p, page, i & 1 ? PROT_READ | PROT_WRITE : PROT_READ) < 0) {
			rc = fail(r, "mprotect");
			break;
		}
	done(r, t);
	munmap(p, page);
	return rc;
}

/* ---- signals ------------------------------------------------------------ */

static volatile sig_atomic_t got_signal, child_gone;
static sigjmp_buf fault_return;

static void on_signal(int sig)	{ (void)sig; got_signal++; }
static void on_child(int sig)	{ (void)sig; child_gone = 1; }
static void on_fault(int sig)	{ (void)sig; siglongjmp(fault_return, 1); }

static int handle(int sig, void (*fn)(int), struct sigaction *old)
{
	struct sigaction sa = { .sa_handler = fn };
	return sigaction(sig, &sa, old);
}

static int b_sig_install(struct run *r)
{
	struct sigaction old;
	if (handle(SIGUSR1, on_signal, &old) < 0)
		return fail(r, "sigaction");
	uint64_t t = now();
	for (long i = 0; i < r->n; i++)
		handle(SIGUSR1, on_signal, NULL);
	done(r, t);
	sigaction(SIGUSR1, &old, NULL);
	return 0;
}

static int b_sig_self(struct run *r)
{
	struct sigaction old;
	int rc = 0;
	pid_t me = getpid();
	if (handle(SIGUSR1, on_signal, &old) < 0)
		return fail(r, "sigaction");
	got_signal = 0;
	uint64_t t = now();
	for (long i = 0; i < r->n; i++)
		if (kill(me, SIGUSR1) < 0) {
			rc = fail(r, "kill");
			break;
		}
	done(r, t);
	if (!rc && got_signal != r->n)
		rc = wrong(r, "signals were lost");
	sigaction(SIGUSR1, &old, NULL);
	return rc;
}

/* Write to a read-only page; the SIGSEGV handler jumps back out. */
static int b_sig_fault(struct run *r)
{
	struct sigaction old;
	sigset_t mask;
	volatile long i = 0;
	if (sigprocmask(SIG_BLOCK, NULL, &mask) < 0)	/* siglongjmp needs it */
		return fail(r, "sigprocmask");
	volatile char *p = mmap(NULL, page, PROT_READ,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return fail(r, "mmap");
	if (handle(SIGSEGV, on_fault, &old) < 0) {
		fail(r, "sigaction");
		munmap((void *)p, page);
		return -1;
	}
	uint64_t t = now();
	sigsetjmp(fault_return, 1);
	while (i < r->n) {
		i++;
		*p = 1;
		i = r->n + 1;			/* no fault: not reached */
	}
	done(r, t);
	sigaction(SIGSEGV, &old, NULL);
	munmap((void *)p, page);
	return i == r->n ? 0 : wrong(r, "write did not fault");
}

static int b_sig_pingpong(struct run *r)
{
	struct sigaction old_usr, old_chld;
	sigset_t block, before, during;
	pid_t me = getpid();
	int rc = 0;

	sigemptyset(&block);
	sigaddset(&block, SIGUSR1);
	sigaddset(&block, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &block, &before) < 0)
		return fail(r, "sigprocmask");
	during = before;
	sigdelset(&during, SIGUSR1);
	sigdelset(&during, SIGCHLD);
	got_signal = child_gone = 0;
	if (kill(me, 0) < 0)
		rc = fail(r, "kill");
	else if (handle(SIGUSR1, on_signal, &old_usr) < 0 ||
		 handle(SIGCHLD, on_child, &old_chld) < 0)
		rc = fail(r, "sigaction");
	if (rc) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		return rc;
	}

	pid_t pid = fork();
	if (pid == 0) {
		for (;;) {
			while (!got_signal)
				sigsuspend(&during);
			got_signal = 0;
			if (kill(me, SIGUSR1) < 0)
				_exit(1);
		}
	}
	if (pid < 0) {
		rc = fail(r, "fork");
	} else {
		uint64_t t = 0;
		for (long i = -1; i < r->n && !rc; i++) {
			if (i == 0)		/* trip -1 is a warm-up */
				t = now();
			if (kill(pid, SIGUSR1) < 0)
				rc = fail(r, "kill");
			while (!rc && !got_signal) {
				if (child_gone)
					rc = wrong(r, "peer went away");
				else if (sigsuspend(&during) < 0 && errno != EINTR)
					rc = fail(r, "sigsuspend");
			}
			got_signal = 0;
		}
		done(r, t);
		kill_and_reap(pid);
	}
	/* let a pending SIGCHLD go to our handler before it is removed */
	sigprocmask(SIG_SETMASK, &before, NULL);
	sigaction(SIGUSR1, &old_usr, NULL);
	sigaction(SIGCHLD, &old_chld, NULL);
	return rc;
}

/* ---- threads ------------------------------------------------------------ */

struct duet {				/* state shared by two threads */
	long n;
	_Atomic int turn;		/* 0: main thread, 1: the other */
	_Atomic int err;
	_Atomic long yields;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	sem_t sem[2];
};

/*
 * musl takes ENOSYS from mprotect for "no memory protection" and would then
 * run threads on inaccessible stacks.
 */
static int stacks_work(struct run *r)
{
	int rc = 0;
	void *p = mmap(NULL, page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return fail(r, "mmap");
	if (mprotect(p, page, PROT_READ | PROT_WRITE) < 0)
		rc = fail(r, "mprotect");
	munmap(p, page);
	return rc;
}

/* Run half(d, 0) here and half(d, 1) in a second thread. */
struct duet_arg {
	struct duet *d;
	void (*half)(struct duet *, int);
};

static void *duet_thread(void *arg)
{
	struct duet_arg *a = arg;
	a->half(a->d, 1);
	return NULL;
}

static int duet(struct run *r, struct duet *d, void (*half)(struct duet *, int),
		const char *failing)
{
	struct duet_arg a = { d, half };
	pthread_t th;
	if (stacks_work(r))
		return -1;
	d->n = r->n;
	uint64_t t = now();
	int e = pthread_create(&th, NULL, duet_thread, &a);
	if (e) {
		errno = e;
		return fail(r, "pthread_create");
	}
	half(d, 0);
	done(r, t);
	pthread_join(th, NULL);
	if (d->err) {
		errno = d->err;
		return fail(r, failing);
	}
	return 0;
}

static void *nothing(void *arg)
{
	return arg;
}

static int b_thread(struct run *r)
{
	if (stacks_work(r))
		return -1;
	uint64_t t = now();
	for (long i = 0; i < r->n; i++) {
		pthread_t th;
		int e = pthread_create(&th, NULL, nothing, NULL);
		if (e) {
			errno = e;
			return fail(r, "pthread_create");
		}
		pthread_join(th, NULL);
	}
	return done(r, t);
}

static long futex(_Atomic int *word, int op, int val)
{
	return syscall(SYS_futex, word, op, val, NULL, NULL, 0);
}

enum { FUTEX_WAIT_PRIVATE = 128, FUTEX_WAKE_PRIVATE = 129 };

static void futex_half(struct duet *d, int me)
{
	for (long i = 0; i < d->n && !d->err; i++) {
		while (d->turn != me && !d->err)
			if (futex(&d->turn, FUTEX_WAIT_PRIVATE, !me) < 0 &&
			    errno != EAGAIN && errno != EINTR)
				d->err = errno;
		d->turn = !me;
		if (futex(&d->turn, FUTEX_WAKE_PRIVATE, 1) < 0)
			d->err = errno;
	}
}

static int b_futex(struct run *r)
{
	struct duet d = { 0 };
	if (futex(&d.turn, FUTEX_WAKE_PRIVATE, 1) < 0)
		return fail(r, "futex");
	return duet(r, &d, futex_half, "futex");
}

static void cond_half(struct duet *d, int me)
{
	pthread_mutex_lock(&d->lock);
	for (long i = 0; i < d->n; i++) {
		while (d->turn != me)
			pthread_cond_wait(&d->changed, &d->lock);
		d->turn = !me;
		pthread_cond_signal(&d->changed);
	}
	pthread_mutex_unlock(&d->lock);
}

static int b_condvar(struct run *r)
{
	struct duet d = { 0 };
	if (futex(&d.turn, FUTEX_WAKE_PRIVATE, 1) < 0)
		return fail(r, "futex");
	pthread_mutex_init(&d.lock, NULL);
	pthread_cond_init(&d.changed, NULL);
	int rc = duet(r, &d, cond_half, "condition variable");
	pthread_cond_destroy(&d.changed);
	pthread_mutex_destroy(&d.lock);
	return rc;
}

static void sem_half(struct duet *d, int me)
{
	for (long i = 0; i < d->n; i++) {
		while (sem_wait(&d->sem[me]) < 0)
			if (errno != EINTR) {
				d->err = errno;
				return;
			}
		sem_post(&d->sem[!me]);
	}
}

static int b_sem(struct run *r)
{
	struct duet d = { 0 };
	if (futex(&d.turn, FUTEX_WAKE_PRIVATE, 1) < 0)
		return fail(r, "futex");
	sem_init(&d.sem[0], 0, 1);
	sem_init(&d.sem[1], 0, 0);
	int rc = duet(r, &d, sem_half, "sem_wait");
	sem_destroy(&d.sem[0]);
	sem_destroy(&d.sem[1]);
	return rc;
}

static int b_mutex(struct run *r)
{
	pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
	uint64_t t = now();
	for (long i = 0; i < r->n; i++) {
		pthread_mutex_lock(&m);
		pthread_mutex_unlock(&m);
	}
	return done(r, t);
}

static int b_yield_alone(struct run *r)
{
	if (sched_yield() < 0)
		return fail(r, "sched_yield");
	uint64_t t = now();
	for (long i = 0; i < r->n; i++)
		sched_yield();
	return done(r, t);
}

/* Hand a token to and fro, yielding while the other thread has it. */
static void yield_half(struct duet *d, int me)
{
	long calls = 0;
	for (long i = 0; i < d->n; i++) {
		while (d->turn != me) {
			sched_yield();
			calls++;
		}
		d->turn = !me;
	}
	d->yields += calls;
}

/* n hand-overs in all (n/2 in each direction). */
static int b_yield_switch(struct run *r)
{
	struct duet d = { 0 };
	struct run half = *r;
	if (sched_yield() < 0)
		return fail(r, "sched_yield");
	half.n = r->n / 2 ? r->n / 2 : 1;
	int rc = duet(&half, &d, yield_half, "sched_yield");
	r->ns = half.ns;
	r->what = half.what;
	r->err = half.err;
	snprintf(r->note, sizeof r->note, "yields_per_switch=%.2f",
		 (double)d.yields / (double)(2 * half.n));
	return rc;
}

/* ---- table -------------------------------------------------------------- */

static const struct bench benches[] = {
	{ "cal_loop", b_cal_loop, 10000, 0, "1000 instructions (checks 1 ns = 1 instruction)" },
	{ "memcpy_4k", b_memcpy_4k, 10000, 4096, "libc memcpy of 4 KiB in user mode" },
#if defined __x86_64__
	{ "rep_movsb_4k", b_rep_movsb_4k, 2000, 4096, "rep movsb of 4 KiB in user mode" },
#endif
	{ "null_syscall", b_null, 50000, 0, "getppid" },
	{ "clock_gettime", b_clock, 50000, 0, "clock_gettime by libc (vDSO where there is one)" },
	{ "clock_gettime_sys", b_clock_sys, 50000, 0, "clock_gettime by system call" },
	{ "read_zero", b_read_zero, 20000, 0, "read 1 byte of /dev/zero" },
	{ "write_null", b_write_null, 20000, 0, "write 1 byte to /dev/null" },
	{ "open_close", b_open_close, 5000, 0, "open + close of a file" },
	{ "stat", b_stat, 10000, 0, "stat of a file" },
	{ "stat_deep", b_stat_deep, 5000, 0, "stat of a file seven directories down" },
	{ "fstat", b_fstat, 10000, 0, "fstat" },
	{ "mkdir_rmdir", b_mkdir_rmdir, 1000, 0, "mkdir + rmdir" },
	{ "rename", b_rename, 2000, 0, "rename within a directory" },
	{ "pipe_self", b_pipe_self, 10000, 0, "pipe write + read of 1 byte in one process" },
	{ "pipe_rt", b_pipe_rt, 2000, 0, "1 byte there and back, two processes, pipes" },
	{ "unix_rt", b_unix_rt, 2000, 0, "the same over a unix socketpair" },
	{ "pipe_bw", b_pipe_bw, 64, CHUNK, "pipe throughput, per 64 KiB" },
	{ "unix_bw", b_unix_bw, 64, CHUNK, "unix socketpair throughput, per 64 KiB" },
	{ "fork_exit_wait", b_fork, 200, 0, "fork + _exit + waitpid" },
	{ "fork_16m", b_fork_16m, 40, 0, "the same with 16 MiB of touched memory" },
	{ "fork_exec_wait", b_fork_exec, 100, 0, "fork + execve of this program + waitpid" },
	{ "vfork_exit_wait", b_vfork, 200, 0, "vfork + _exit + waitpid" },
	{ "posix_spawn", b_spawn, 100, 0, "posix_spawn of this program + waitpid" },
	{ "fork_sh", b_fork_sh, 40, 0, "fork + execve of /bin/sh -c : + waitpid" },
	{ "mmap_munmap", b_mmap, 5000, 0, "mmap + munmap of 1 MiB, not touched" },
	{ "mmap_touch16", b_mmap_touch, 1000, 0, "mmap + touch 16 pages + munmap" },
	{ "anon_fault", b_anon_fault, DATA_PAGES, 0, "first touch of an anonymous page (huge pages off)" },
	{ "anon_fault_default", b_anon_fault_default, DATA_PAGES, 0, "the same with the system's default page sizes" },
	{ "file_fault", b_file_fault, DATA_PAGES, 0, "first read of a MAP_PRIVATE file page" },
	{ "file_fault_write", b_file_fault_write, DATA_PAGES, 0, "first write of a MAP_PRIVATE file page" },
	{ "cow_fault", b_cow_fault, DATA_PAGES, 0, "first write of a page shared by fork" },
	{ "mprotect", b_mprotect, 5000, 0, "mprotect of one touched page" },
	{ "sig_install", b_sig_install, 20000, 0, "sigaction" },
	{ "sig_self", b_sig_self, 5000, 0, "kill of itself + handler + sigreturn" },
	{ "sig_fault", b_sig_fault, 5000, 0, "write to read-only page, SIGSEGV, siglongjmp" },
	{ "sig_pingpong", b_sig_pingpong, 1000, 0, "signal there and back, two processes" },
	{ "thread_create_join", b_thread, 500, 0, "pthread_create + pthread_join" },
	{ "mutex_uncontended", b_mutex, 50000, 0, "pthread mutex lock + unlock" },
	{ "futex_pingpong", b_futex, 2000, 0, "futex there and back, two threads" },
	{ "condvar_pingpong", b_condvar, 2000, 0, "condition variable there and back, two threads" },
	{ "sem_pingpong", b_sem, 2000, 0, "POSIX semaphore there and back, two threads" },
	{ "sched_yield", b_yield_alone, 20000, 0, "sched_yield with nothing else to run" },
	{ "yield_switch", b_yield_switch, 10000, 0, "one hand-over by sched_yield, two threads" },
	{ "file_read_4k", b_read_4k, 4096, 4096, "read 4 KiB of a cached file" },
	{ "file_read_64k", b_read_64k, 256, CHUNK, "read 64 KiB of a cached file" },
	{ "file_write_4k", b_write_4k, 2048, 4096, "write 4 KiB over existing data" },
	{ "file_write_64k", b_write_64k, 128, CHUNK, "write 64 KiB over existing data" },
	{ "file_extend_64k", b_extend_64k, 128, CHUNK, "write 64 KiB to a growing file" },
	{ "create_file", b_create_file, DIR_FILES, 0, "create one of 1000 files in a directory" },
	{ "unlink_file", b_unlink_file, DIR_FILES, 0, "unlink one of 1000 files" },
	{ "readdir_1000", b_readdir, 10, 0, "list a directory of 1000 files" },
	{ "readdir_stat_1000", b_readdir_stat, 4, 0, "the same with an lstat of each file" },
	{ "tcp_rt", b_tcp_rt, 1000, 0, "1 byte there and back, TCP loopback" },
	{ "tcp_bw", b_tcp_bw, 64, CHUNK, "TCP loopback throughput, per 64 KiB" },
	{ "tcp_connect", b_tcp_connect, 200, 0, "connect + accept + close of both ends" },
	{ "udp_rt", b_udp_rt, 1000, 0, "1 byte there and back, UDP loopback" },
	{ "poll_64", b_poll, 2000, 0, "poll of 64 descriptors, one ready" },
	{ "select_64", b_select, 2000, 0, "select of 64 descriptors, one ready" },
	{ "epoll_wait", b_epoll, 5000, 0, "epoll_wait on 64 descriptors, one ready" },
	{ "eventfd", b_eventfd, 5000, 0, "eventfd write + read" },
};

enum { NBENCH = sizeof benches / sizeof *benches };

/* ---- driver ------------------------------------------------------------- */

struct options {
	double scale;
	int reps;
	int isolate;
	int limit_s;
	const char *skip[64];
	int nskip;
	char **only;
	int nonly;
};

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static int chosen(const struct options *o, const char *name)
{
	int yes = o->nonly == 0;
	for (int i = 0; i < o->nonly && !yes; i++)
		yes = fnmatch(o->only[i], name, 0) == 0;
	for (int i = 0; i < o->nskip && yes; i++)
		yes = fnmatch(o->skip[i], name, 0) != 0;
	return yes;
}

static void skip_line(const char *name, const struct run *r)
{
	if (r->err)
		printf("SKIP %s %s: %s\n", name, r->what, strerror(r->err));
	else
		printf("SKIP %s %s\n", name, r->what);
}

/* Run one benchmark and print its lines; 0 if it gave a result. */
static int measure(const struct bench *b, const struct options *o)
{
	double per_op[MAX_REPS];
	struct run r = { 0 };
	long n = (long)((double)b->n * o->scale);
	if (n < 2)
		n = 2;
	for (int pass = -1; pass < o->reps; pass++) {
		memset(&r, 0, sizeof r);
		r.n = pass < 0 ? (n / 8 > 2 ? n / 8 : 2) : n;
		if (b->fn(&r)) {
			skip_line(b->name, &r);
			return -1;
		}
		if (pass >= 0)
			per_op[pass] = (double)r.ns / (double)n;
	}
	qsort(per_op, (size_t)o->reps, sizeof *per_op, by_value);
	double v = per_op[o->reps / 2];
	printf("%s %.1f %ld min=%.1f max=%.1f%s%s\n", b->name, v, n, per_op[0],
	       per_op[o->reps - 1], r.note[0] ? " " : "", r.note);
	printf("BENCH %s %.1f ns\n", b->name, v);
	if (b->bytes)
		printf("BENCH %s_rate %.1f MiB/s\n", b->name,
		       v > 0 ? (double)b->bytes * 1e9 / v / 1048576.0 : 0.0);
	return 0;
}

static volatile pid_t watched;		/* the child that measure_apart runs */
static volatile sig_atomic_t timed_out;

static void on_limit(int sig)
{
	(void)sig;
	timed_out = 1;
	kill(watched, SIGKILL);		/* it may have blocked everything else */
}

/* The same in a child process, so that a crash or a hang costs one result. */
static int measure_apart(const struct bench *b, const struct options *o)
{
	int st;
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		setpgid(0, 0);
		signal(SIGALRM, SIG_DFL);
		alarm((unsigned)o->limit_s);
		st = measure(b, o);
		fflush(stdout);
		_exit(st ? 1 : 0);
	}
	if (pid < 0) {
		printf("SKIP %s fork: %s\n", b->name, strerror(errno));
		return -1;
	}
	/* The child's own alarm is the rule; ours is for one that blocks it. */
	watched = pid;
	timed_out = 0;
	if (handle(SIGALRM, on_limit, NULL) == 0)
		alarm((unsigned)o->limit_s + 2);
	while (waitpid(pid, &st, 0) < 0)
		if (errno != EINTR) {
			printf("SKIP %s waitpid: %s\n", b->name, strerror(errno));
			alarm(0);
			return -1;
		}
	alarm(0);
	kill(-pid, SIGKILL);			/* left-over peers, if any */
	if (timed_out || (WIFSIGNALED(st) && WTERMSIG(st) == SIGALRM)) {
		printf("SKIP %s took more than %d s\n", b->name, o->limit_s);
		return -1;
	}
	if (WIFSIGNALED(st)) {
		printf("SKIP %s ended by signal %d\n", b->name, WTERMSIG(st));
		return -1;
	}
	return WEXITSTATUS(st) ? -1 : 0;
}

/* The machine's free-running counter: with icount, time since machine start. */
static void print_counter(void)
{
	unsigned long long v = 0, hz = 0;
#if defined __x86_64__
	unsigned lo, hi;
	__asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi));
	v = (unsigned long long)hi << 32 | lo;
#elif defined __aarch64__
	__asm__ volatile("mrs %0, cntvct_el0" : "=r"(v));
	__asm__ volatile("mrs %0, cntfrq_el0" : "=r"(hz));
#endif
	printf("INFO counter %llu hz %llu monotonic_ns %llu\n", v, hz,
	       (unsigned long long)now());
}

static void usage(void)
{
	fputs("usage: posixbench [-l] [-c] [-i] [-p] [-d dir] [-e self] [-r passes]\n"
	      "                  [-s scale] [-T seconds] [-x names] [name...]\n"
	      "  -l        list the benchmarks\n"
	      "  -c        print the hardware counter and the clock, and stop\n"
	      "  -i        run each benchmark in a process of its own\n"
	      "  -T sec    with -i: time limit for one benchmark (60)\n"
	      "  -p        pin to processor 0\n"
	      "  -d dir    writable directory (/tmp)\n"
	      "  -e path   path of this program (argv[0])\n"
	      "  -r n      timed passes of each benchmark (5); the median is reported\n"
	      "  -s x      multiply the number of operations by x\n"
	      "  -x a,b    leave out these (patterns allowed)\n"
	      "  name...   run only these (patterns allowed)\n", stderr);
	exit(2);
}

int main(int argc, char **argv)
{
	struct options o = { .scale = 1, .reps = 5, .limit_s = 60 };
	int c, ran = 0, skipped = 0, pin = 0;

	if (argc > 1 && strcmp(argv[1], "--exit-now") == 0)
		_exit(0);
	self_path = argv[0];
	while ((c = getopt(argc, argv, "lcipd:e:r:s:T:x:")) != -1)
		switch (c) {
		case 'l':
			for (int i = 0; i < NBENCH; i++)
				printf("%-20s %s\n", benches[i].name, benches[i].desc);
			return 0;
		case 'c': print_counter(); return 0;
		case 'i': o.isolate = 1; break;
		case 'p': pin = 1; break;
		case 'd': work_dir = optarg; break;
		case 'e': self_path = optarg; break;
		case 'r': o.reps = atoi(optarg); break;
		case 's': o.scale = atof(optarg); break;
		case 'T': o.limit_s = atoi(optarg); break;
		case 'x':
			for (char *s = strtok(optarg, ","); s; s = strtok(NULL, ","))
				if (o.nskip < 64)
					o.skip[o.nskip++] = s;
			break;
		default: usage();
		}
	if (o.reps < 1 || o.reps > MAX_REPS || o.scale <= 0)
		usage();
	o.only = argv + optind;
	o.nonly = argc - optind;
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);
	page = (size_t)sysconf(_SC_PAGESIZE);
	if (!strchr(self_path, '/'))
		self_path = "/proc/self/exe";
	if (pin) {
		cpu_set_t one;
		CPU_ZERO(&one);
		CPU_SET(0, &one);
		if (sched_setaffinity(0, sizeof one, &one) < 0)
			printf("INFO cannot pin: %s\n", strerror(errno));
	}
	snprintf(base, sizeof base, "%s/posixbench.tmp", work_dir);
	if (mkdir(base, 0700) < 0 && errno != EEXIST)
		printf("INFO mkdir %s: %s\n", base, strerror(errno));

	uint64_t start = now();
	for (int i = 0; i < NBENCH; i++) {
		const struct bench *b = &benches[i];
		if (!chosen(&o, b->name))
			continue;
		if ((o.isolate ? measure_apart : measure)(b, &o) == 0)
			ran++;
		else
			skipped++;
		fflush(stdout);
	}
	char p[300];
	static const char *const leaves[] = { "data", "small", "out", "old", "new" };
	for (size_t i = 0; i < sizeof leaves / sizeof *leaves; i++) {
		path_in(p, sizeof p, leaves[i]);
		unlink(p);
	}
	rmdir(base);
	printf("BENCH_DONE ran %d skipped %d elapsed_ns %llu\n", ran, skipped,
	       (unsigned long long)(now() - start));
	return 0;
}
