# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Scripts and their exact output, as Linux gives it. Each runs in a guest of its own.

A case is (name, script, stdout). Status 0 and an empty stderr are expected too.
"""

import pytest

FILES = [
    ("append", "echo a >/tmp/f; echo b >>/tmp/f; cat /tmp/f", "a\nb\n"),
    ("truncate", "echo long text >/tmp/f; echo x >/tmp/f; cat /tmp/f", "x\n"),
    ("noclobber uses O_EXCL", "set -C; echo a >/tmp/f; (echo b >/tmp/f) 2>/dev/null || echo refused; cat /tmp/f",
     "refused\na\n"),
    ("directories", "mkdir -p /tmp/a/b/c; rmdir /tmp/a/b/c; ls -R /tmp/a", "/tmp/a:\nb\n\n/tmp/a/b:\n"),
    ("rename over a file", "cd /tmp; echo 1 >a; echo 2 >b; mv a b; cat b; ls", "1\nb\n"),
    ("symbolic link", "cd /tmp; echo 1 >a; ln -s a l; cat l; readlink l; [ -L l ] && echo link", "1\na\nlink\n"),
    ("link loop", "cd /tmp; ln -s x y; ln -s y x; cat x 2>&1 || true",
     "cat: can't open 'x': Too many levels of symbolic links\n"),
    ("hard link", "cd /tmp; echo 1 >a; ln a b; echo 2 >>b; cat a; stat -c %h a; rm a; cat b", "1\n2\n2\n1\n2\n"),
    ("unlinked file stays readable", "cd /tmp; echo kept >f; exec 3<f; rm f; cat <&3; ls", "kept\n"),
    ("permissions", "cd /tmp; echo x >f; chmod 640 f; stat -c %a f; chmod u+x,g-r f; stat -c %a f", "640\n700\n"),
    ("umask", "umask 027; cd /tmp; echo >f; mkdir d; stat -c %a f d", "640\n750\n"),
    ("times", "touch -d '2020-02-03 04:05:06' /tmp/f; stat -c %Y /tmp/f; date -u -r /tmp/f +%F", "1580702706\n2020-02-03\n"),
    ("sparse file", "cd /tmp; dd if=/dev/zero of=f bs=1 count=1 seek=9999 2>/dev/null; stat -c %s f; head -c 3 f | od -An -c",
     "10000\n  \\0  \\0  \\0\n"),
    ("copy of busybox runs", "cp /bin/busybox /tmp/busybox2; /tmp/busybox2 ls -d /; cmp /bin/busybox /tmp/busybox2 && echo same",
     "/\nsame\n"),
    ("devices", "echo x >/dev/null; head -c 4 /dev/zero | od -An -tx1; [ -c /dev/null ] && echo char",
     " 00 00 00 00\nchar\n"),
    ("many files", "cd /tmp; i=0; while [ $i -lt 500 ]; do echo $i >f$i; i=$((i+1)); done; ls | wc -l; cat f499; rm f*; ls",
     "500\n499\n"),
    ("find and tar", "cd /tmp; mkdir -p t/u; echo x >t/u/v; tar cf t.tar t; rm -r t; tar xf t.tar; find t | sort",
     "t\nt/u\nt/u/v\n"),
    ("gzip round trip", "cd /tmp; head -c 50000 /dev/urandom >a; cp a b; gzip b; gunzip b.gz; cmp a b && echo same", "same\n"),
    ("not a directory", "cat /etc/passwd/x 2>&1 || true", "cat: can't open '/etc/passwd/x': Not a directory\n"),
]

PROCESSES = [
    ("pipeline of five", "seq 1000 | grep 7 | sort -rn | head -3 | tr '\\n' ' '", "997 987 979 "),
    ("SIGPIPE ends a writer", "yes | head -2", "y\ny\n"),
    ("status of a killed child", "sleep 100 & kill -9 $!; wait $! 2>/dev/null; echo $?", "137\n"),
    ("trap", "trap 'echo caught' USR1; kill -USR1 $$; echo after", "caught\nafter\n"),
    ("trap on exit", "trap 'echo bye' EXIT; echo hi", "hi\nbye\n"),
    ("wait for many", "for i in 1 2 3 4 5; do (exit $i) & p=\"$p $!\"; done; for q in $p; do wait $q; echo $?; done",
     "1\n2\n3\n4\n5\n"),
    ("signal interrupts wait", "(trap 'echo got; kill $!; exit' TERM; sleep 100 & wait) & sleep 1; kill $!; wait", "got\n"),
    ("timeout program", "{ timeout 1 sleep 100; } 2>/dev/null; echo $?", "143\n"),
    ("subshell does not change the parent", "x=1; (x=2; cd /tmp); echo $x $PWD", "1 /\n"),
    ("command substitution", "echo $(echo $(echo deep))", "deep\n"),
    ("here document", "cat <<E\na $((1+1))\nE", "a 2\n"),
    ("interpreter line", "printf '#!/bin/sh -e\\necho \"$0:$1\"\\n' >/tmp/s; chmod +x /tmp/s; /tmp/s x", "/tmp/s:x\n"),
    ("interpreter missing", "printf '#!/no/such\\n' >/tmp/s; chmod +x /tmp/s; /tmp/s 2>/dev/null; echo $?", "127\n"),
    ("environment", "X='a b' env | grep ^X=; env -i /bin/busybox env", "X=a b\n"),
    ("path", "for d in /bin /sbin /usr/bin /usr/sbin; do case :$PATH: in *:$d:*) echo $d;; esac; done",
     "/bin\n/sbin\n/usr/bin\n/usr/sbin\n"),
    ("proc self", "cat /proc/self/comm; readlink /proc/self/exe; cat /proc/self/cmdline | tr '\\0' ' '",
     "cat\n/bin/busybox\ncat /proc/self/cmdline "),
    ("orphan", "(sleep 1; echo orphan) & wait", "orphan\n"),
    ("background output", "(sleep 1; echo second) & echo first; wait", "first\nsecond\n"),
    ("fifo", "mkfifo /tmp/p; echo through >/tmp/p & cat /tmp/p; wait", "through\n"),
    ("xargs", "seq 20 | xargs -n 7 echo", "1 2 3 4 5 6 7\n8 9 10 11 12 13 14\n15 16 17 18 19 20\n"),
    ("awk and sed", "echo 3 4 | awk '{print $1*$2/8}' | sed s/1/one/", "one.5\n"),
    ("identity", "id -u; whoami; hostname", "0\nroot\nkernite\n"),
    ("uname", "uname -s", "Linux\n"),
    ("clock runs", "a=$(date +%s); sleep 2; b=$(date +%s); [ $((b-a)) -ge 2 ] && [ $((b-a)) -le 4 ] && echo ok", "ok\n"),
    ("two uptimes", "a=$(cut -d. -f1 /proc/uptime); sleep 1; b=$(cut -d. -f1 /proc/uptime); [ $b -gt $a ] && echo ok",
     "ok\n"),
]


def ids(cases):
    return [case[0] for case in cases]


@pytest.mark.parametrize("_name, script, expected", FILES, ids=ids(FILES))
def test_files(run_exec, _name, script, expected):
    assert run_exec(script) == (0, expected.encode(), b"")


@pytest.mark.parametrize("_name, script, expected", PROCESSES, ids=ids(PROCESSES))
def test_processes(run_exec, _name, script, expected):
    assert run_exec(script) == (0, expected.encode(), b"")
