// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// There is no network yet: no address family is supported, and no descriptor is a socket.

#include "calls.h"

SYSCALL(socket) { return -LX_EAFNOSUPPORT; }
SYSCALL(socketpair) { return -LX_EAFNOSUPPORT; }

static long not_a_socket(word_t fd)
{
    struct fd *f;
    long r = fd_handle(fd, &f);
    return r ? r : -LX_ENOTSOCK;
}

SYSCALL(accept) { return not_a_socket(a[0]); }
SYSCALL(accept4) { return not_a_socket(a[0]); }
SYSCALL(bind) { return not_a_socket(a[0]); }
SYSCALL(connect) { return not_a_socket(a[0]); }
SYSCALL(getpeername) { return not_a_socket(a[0]); }
SYSCALL(getsockname) { return not_a_socket(a[0]); }
SYSCALL(getsockopt) { return not_a_socket(a[0]); }
SYSCALL(listen) { return not_a_socket(a[0]); }
SYSCALL(recvfrom) { return not_a_socket(a[0]); }
SYSCALL(recvmsg) { return not_a_socket(a[0]); }
SYSCALL(sendmsg) { return not_a_socket(a[0]); }
SYSCALL(sendto) { return not_a_socket(a[0]); }
SYSCALL(setsockopt) { return not_a_socket(a[0]); }
SYSCALL(shutdown) { return not_a_socket(a[0]); }
