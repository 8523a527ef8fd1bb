// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "conform.h"

#define WILD ((void *)0x123)

static void open_flags(void)
{
    struct stat st;
    FAILS(open("f", O_RDONLY), ENOENT);
    umask(022);
    int fd = open("f", O_RDWR | O_CREAT | O_EXCL, 0666);
    CHECK(fd >= 0 && fstat(fd, &st) == 0 && st.st_mode == (S_IFREG | 0644) && st.st_size == 0 && st.st_nlink == 1);
    FAILS(open("f", O_RDWR | O_CREAT | O_EXCL, 0666), EEXIST);
    CHECK(write(fd, "hello", 5) == 5);
    int append = open("f", O_WRONLY | O_APPEND);
    CHECK(write(append, "+", 1) == 1 && lseek(append, 0, SEEK_CUR) == 6);
    CHECK((fcntl(append, F_GETFL) & (O_APPEND | O_ACCMODE)) == (O_APPEND | O_WRONLY));
    char text[16] = {0};
    CHECK(pread(fd, text, 16, 0) == 6 && !strcmp(text, "hello+") && lseek(fd, 0, SEEK_CUR) == 5);
    FAILS(read(append, text, 1), EBADF);
    FAILS(open("f", O_RDONLY | O_DIRECTORY), ENOTDIR);
    FAILS(open(".", O_WRONLY), EISDIR);
    FAILS(open("f/x", O_RDONLY), ENOTDIR);
    FAILS(open("", O_RDONLY), ENOENT);
    close(open("f", O_WRONLY | O_TRUNC));
    CHECK(fstat(fd, &st) == 0 && st.st_size == 0);
    close(fd);
    close(append);
    FAILS(close(append), EBADF);
    CHECK(unlink("f") == 0);
}

static void reading_and_writing(void)
{
    enum { SIZE = 100000 };
    static char out[SIZE], in[SIZE];
    for (int i = 0; i < SIZE; i++)
        out[i] = (char)(i * 7 + i / 251);
    int fd = open("big", O_RDWR | O_CREAT | O_TRUNC, 0600);
    CHECK(write(fd, out, SIZE) == SIZE && lseek(fd, 0, SEEK_SET) == 0);
    CHECK(read(fd, in, SIZE) == SIZE && !memcmp(in, out, SIZE) && read(fd, in, SIZE) == 0);
    struct iovec v[3] = {{in, 10}, {in + 10, 0}, {in + 10, 20}};
    memset(in, 0, 30);
    CHECK(preadv(fd, v, 3, 5) == 30 && !memcmp(in, out + 5, 30));
    CHECK(pwrite(fd, "Z", 1, SIZE + 10) == 1 && pread(fd, in, 20, SIZE - 5) == 16 && in[4] == out[SIZE - 1] &&
          in[5] == 0 && in[15] == 'Z');
    CHECK(lseek(fd, 0, SEEK_END) == SIZE + 11);
    FAILS(lseek(fd, -1, SEEK_SET), EINVAL);
    FAILS(pread(fd, in, 1, -1), EINVAL);
    lseek(fd, 0, SEEK_SET);
    FAILS(read(fd, WILD, 100), EFAULT);
    FAILS(write(fd, WILD, 100), EFAULT);
    FAILS(write(fd, (void *)-1, 100), EFAULT);
    int copy = open("copy", O_RDWR | O_CREAT | O_TRUNC, 0600);
    lseek(fd, 100, SEEK_SET);
    CHECK(sendfile(copy, fd, NULL, 50000) == 50000 && lseek(fd, 0, SEEK_CUR) == 50100);
    CHECK(pread(copy, in, 50000, 0) == 50000 && !memcmp(in, out + 100, 50000));
    CHECK(ftruncate(fd, 10) == 0 && lseek(fd, 0, SEEK_END) == 10 && ftruncate(fd, 20) == 0 &&
          pread(fd, in, 30, 0) == 20 && in[15] == 0);
    close(fd);
    close(copy);
    unlink("big");
    unlink("copy");
}

static void names(void)
{
    struct stat st, st2;
    char text[PATH_MAX];
    CHECK(mkdir("d", 0755) == 0 && stat("d", &st) == 0 && S_ISDIR(st.st_mode));
    FAILS(mkdir("d", 0755), EEXIST);
    close(open("d/a", O_CREAT | O_WRONLY, 0600));
    FAILS(rmdir("d"), ENOTEMPTY);
    CHECK(link("d/a", "d/b") == 0 && stat("d/a", &st) == 0 && st.st_nlink == 2);
    CHECK(rename("d/b", "c") == 0 && access("d/b", F_OK) == -1 && stat("c", &st2) == 0 && st2.st_ino == st.st_ino);
    CHECK(symlink("d/a", "s") == 0 && readlink("s", text, sizeof text) == 3 && lstat("s", &st) == 0 &&
          S_ISLNK(st.st_mode));
    CHECK(stat("s", &st) == 0 && S_ISREG(st.st_mode));
    CHECK(symlink("loop", "loop") == 0);
    FAILS(open("loop", O_RDONLY), ELOOP);
    FAILS(open("s", O_RDONLY | O_NOFOLLOW), ELOOP);
    FAILS(unlink("d"), EISDIR);
    CHECK(chdir("d") == 0 && getcwd(text, sizeof text) && strlen(text) > 2 && !strcmp(text + strlen(text) - 2, "/d"));
    FAILS(syscall(SYS_getcwd, text, 2), ERANGE);
    CHECK(access("a", R_OK) == 0 && chdir("..") == 0);
    int fd = open("d", O_RDONLY | O_DIRECTORY);
    CHECK(openat(fd, "a", O_RDONLY) >= 0 && fstatat(fd, "", &st, AT_EMPTY_PATH) == 0 && S_ISDIR(st.st_mode));
    CHECK(fchdir(fd) == 0 && chdir("..") == 0);
    FAILS(unlinkat(fd, "a", AT_REMOVEDIR), ENOTDIR);
    CHECK(unlinkat(fd, "a", 0) == 0);
    close(fd);
    unlink("c");
    unlink("s");
    unlink("loop");
    CHECK(rmdir("d") == 0);
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = 0;
    FAILS(open(text, O_RDONLY), ENAMETOOLONG);
    FAILS(open(WILD, O_RDONLY), EFAULT);
    FAILS(stat("f", WILD), ENOENT);
}

static void attributes(void)
{
    struct stat st;
    struct timespec times[2] = {{1000, 500}, {2000, 600}};
    int fd = open("t", O_CREAT | O_RDWR, 0600);
    CHECK(chmod("t", 04751) == 0 && fstat(fd, &st) == 0 && (st.st_mode & 07777) == 04751 && fchmod(fd, 0640) == 0);
    CHECK(utimensat(AT_FDCWD, "t", times, 0) == 0 && stat("t", &st) == 0 && st.st_atime == 1000 &&
          st.st_mtime == 2000 && st.st_mtim.tv_nsec == 600);
    times[0].tv_nsec = UTIME_OMIT;
    times[1].tv_nsec = UTIME_NOW;
    CHECK(futimens(fd, times) == 0 && fstat(fd, &st) == 0 && st.st_atime == 1000 && st.st_mtime > 2000);
    if (geteuid() == 0)
        CHECK(chown("t", 5, 6) == 0 && fstat(fd, &st) == 0 && st.st_uid == 5 && st.st_gid == 6);
    struct statfs fs;
    CHECK(statfs(".", &fs) == 0 && fs.f_bsize > 0 && fstatfs(fd, &fs) == 0);
    CHECK(fsync(fd) == 0);
    unlink("t");
    CHECK(fstat(fd, &st) == 0 && st.st_nlink == 0 && write(fd, "x", 1) == 1);
    close(fd);
}

static void directories(void)
{
    char name[32];
    mkdir("many", 0700);
    for (int i = 0; i < 500; i++) {
        snprintf(name, sizeof name, "many/file-%d", i);
        close(open(name, O_CREAT | O_WRONLY, 0600));
    }
    int count = 0, dots = 0;
    DIR *dir = opendir("many");
    for (struct dirent *e; (e = readdir(dir));) {
        if (e->d_name[0] == '.')
            dots++;
        else
            count += e->d_type == DT_REG || e->d_type == DT_UNKNOWN;
    }
    closedir(dir);
    CHECK(count == 500 && dots == 2);
    for (int i = 0; i < 500; i++) {
        snprintf(name, sizeof name, "many/file-%d", i);
        unlink(name);
    }
    CHECK(rmdir("many") == 0);
}

static void descriptors(void)
{
    int fd = open("/dev/null", O_RDWR);
    int other = dup(fd), high = fcntl(fd, F_DUPFD, 100), third = dup2(fd, 150);
    CHECK(other > fd && high == 100 && third == 150 && dup2(fd, fd) == fd);
    CHECK(fcntl(fd, F_GETFD) == 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && fcntl(fd, F_GETFD) == 1 &&
          fcntl(other, F_GETFD) == 0);
    FAILS(dup2(fd, -1), EBADF);
    FAILS(dup(77), EBADF);
    FAILS(fcntl(fd, F_DUPFD, -1), EINVAL);
    CHECK(syscall(SYS_close_range, 100, 200, 0) == 0);
    FAILS(fcntl(150, F_GETFD), EBADF);
    char text[64];
    snprintf(text, sizeof text, "/proc/self/fd/%d", other);
    char target[64] = {0};
    CHECK(readlink(text, target, sizeof target - 1) > 0 && !strcmp(target, "/dev/null"));
    int again = open(text, O_RDONLY);
    CHECK(again >= 0 && read(again, text, 1) == 0);
    close(fd);
    close(other);
    close(again);
}

static void pipes(void)
{
    int p[2];
    char text[8];
    static char big[200000];
    CHECK(pipe2(p, O_NONBLOCK) == 0);
    FAILS(read(p[0], text, 1), EAGAIN);
    ssize_t n = write(p[1], big, sizeof big), total = n;
    CHECK(n == 65536);
    FAILS(write(p[1], big, 1), EAGAIN);
    int ready = -1;
    CHECK(ioctl(p[0], FIONREAD, &ready) == 0 && ready == 65536);
    while (total > 0 && (n = read(p[0], big, sizeof big)) > 0)
        total -= n;
    CHECK(total == 0);
    CHECK(write(p[1], "abcd", 4) == 4);
    FAILS(read(p[0], WILD, 4), EFAULT);
    CHECK(read(p[0], text, 8) == 4 && !memcmp(text, "abcd", 4));
    fcntl(p[1], F_SETFL, 0);
    fcntl(p[0], F_SETFL, 0);
    pid_t pid = fork();
    if (pid == 0) {
        close(p[0]);
        _exit(write(p[1], big, sizeof big) != sizeof big);
    }
    close(p[1]);
    total = 0;
    while ((n = read(p[0], big, sizeof big)) > 0)
        total += n;
    int status;
    CHECK(n == 0 && total == sizeof big && waitpid(pid, &status, 0) == pid && status == 0);
    FAILS(lseek(p[0], 0, SEEK_SET), ESPIPE);
    close(p[0]);
}

static void readiness(void)
{
    int p[2];
    fd_set in, out;
    struct timeval soon = {0, 1000};
    CHECK(pipe(p) == 0);
    struct pollfd fds[3] = {{p[0], POLLIN, 0}, {p[1], POLLOUT, 0}, {-1, POLLIN, 5}};
    CHECK(poll(fds, 3, 0) == 1 && fds[0].revents == 0 && fds[1].revents == POLLOUT && fds[2].revents == 0);
    fds[1].fd = 99;
    CHECK(poll(fds, 3, 1000) == 1 && fds[1].revents == POLLNVAL);
    CHECK(poll(fds, 1, 5) == 0 && poll(NULL, 0, 1) == 0);
    FAILS(poll(WILD, 1, 0), EFAULT);
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_SET(p[0], &in);
    CHECK(select(p[0] + 1, &in, NULL, NULL, &soon) == 0 && !FD_ISSET(p[0], &in));
    pid_t pid = fork();
    if (pid == 0) {
        struct timespec time = {0, 5000000};
        nanosleep(&time, NULL);
        _exit(write(p[1], "x", 1) != 1);
    }
    FD_SET(p[0], &in);
    CHECK(select(p[0] + 1, &in, &out, NULL, NULL) == 1 && FD_ISSET(p[0], &in));
    waitpid(pid, NULL, 0);
    close(p[1]);
    char c;
    CHECK(read(p[0], &c, 1) == 1 && poll(fds, 1, -1) == 1 && fds[0].revents & POLLHUP);
    close(p[0]);
    FAILS(select(p[0] + 1, (FD_SET(p[0], &in), &in), NULL, NULL, &soon), EBADF);
}

static void fifos(void)
{
    char text[8] = {0};
    CHECK(mkfifo("p", 0600) == 0);
    FAILS(open("p", O_WRONLY | O_NONBLOCK), ENXIO);
    pid_t pid = fork();
    if (pid == 0) {
        int w = open("p", O_WRONLY);
        _exit(w < 0 || write(w, "fifo", 4) != 4);
    }
    int r = open("p", O_RDONLY), status;
    CHECK(r >= 0 && read(r, text, 8) == 4 && !strcmp(text, "fifo") && read(r, text, 8) == 0);
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    close(r);
    unlink("p");
}

static void mappings(void)
{
    int fd = open("m", O_CREAT | O_RDWR | O_TRUNC, 0600);
    CHECK(ftruncate(fd, 8192) == 0 && pwrite(fd, "abc", 3, 4096) == 3);
    char *shared = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    char *private = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 4096);
    CHECK(shared != MAP_FAILED && private != MAP_FAILED && !memcmp(private, "abc", 3));
    shared[4096] = 'X';
    char c;
    CHECK(pread(fd, &c, 1, 4096) == 1 && c == 'X' && private[0] == 'X');
    private[1] = 'Y';
    CHECK(shared[4097] == 'b' && msync(shared, 8192, MS_SYNC) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        shared[0] = 'F';
        private[2] = 'G';
        _exit(private[1] != 'Y');
    }
    int status;
    CHECK(waitpid(pid, &status, 0) == pid && status == 0 && shared[0] == 'F' && private[2] == 'c');
    int readonly = open("m", O_RDONLY);
    FAILS(mmap(NULL, 4096, PROT_WRITE, MAP_SHARED, readonly, 0), EACCES);
    FAILS(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 100), EINVAL);
    munmap(shared, 8192);
    munmap(private, 4096);
    close(readonly);
    close(fd);
    unlink("m");
}

static void locks(void)
{
    int fd = open("l", O_CREAT | O_RDWR, 0600), status;
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = 5};
    CHECK(fcntl(fd, F_SETLK, &lock) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct flock other = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 12, .l_len = 1};
        FAILS(fcntl(fd, F_SETLK, &other), EAGAIN);
        CHECK(fcntl(fd, F_GETLK, &other) == 0 && other.l_type == F_WRLCK && other.l_start == 10 &&
              other.l_pid == getppid());
        _exit(nr_failed != 0);
    }
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    close(fd);
    unlink("l");
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/conform-XXXXXX";
    if (!mkdtemp(folder) || chdir(folder))
        return 2;
    RUN(open_flags);
    RUN(reading_and_writing);
    RUN(names);
    RUN(attributes);
    RUN(directories);
    RUN(descriptors);
    RUN(pipes);
    RUN(readiness);
    RUN(fifos);
    RUN(mappings);
    RUN(locks);
    if (chdir("/") || rmdir(folder))
        CHECK(!"everything was removed");
    puts(nr_failed ? "failed" : "passed");
    return nr_failed != 0;
}
