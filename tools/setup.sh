# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
#
# Sourced by `run` and `test` (which set $self and $root): makes sure that the Debian packages are
# there. A machine may lack even Python, so this is plain sh. One dpkg-query decides; when nothing is
# missing, that is all that happens, without network and without root.

packages='
clang lld llvm libclang-rt-14-dev libc6-dev binutils cmake ninja-build
qemu-system-x86 qemu-system-arm seabios ipxe-qemu
python3 python3-yaml python3-jinja2 python3-jsonschema python3-pytest python3-pexpect
python3-hypothesis cpio
'

# help_early FILE ARG...: answer --help without setting anything up.
help_early() {
    help_file=$1
    shift
    case ${1-} in
    -h | --help)
        sed '/^#/d' "$help_file"
        exit 0
        ;;
    esac
}

# missing_packages: the names of those that are not installed, on one line.
missing_packages() {
    # shellcheck disable=SC2086  # the list is meant to be split
    installed=" $(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' $packages 2>/dev/null |
        sed -n 's/^.i *//p' | tr '\n' ' ')"
    for package in $packages; do
        case $installed in
        *" $package "*) ;;
        *) printf '%s ' "$package" ;;
        esac
    done
}

set_up_packages() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        echo "$self: this needs Debian 12: dpkg-query and apt-get were not found" >&2
        exit 2
    fi
    missing=$(missing_packages)
    [ -z "$missing" ] && return
    if [ "$(id -u)" -ne 0 ]; then
        echo "$self: packages are missing; install them with" >&2
        echo "  sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends ${missing% }'" >&2
        exit 2
    fi
    mkdir -p "$root/build/logs"
    # The lock serialises two first starts; the second finds nothing left to do.
    (
        flock 9
        missing=$(missing_packages)
        [ -z "$missing" ] || install_packages
    ) 9>"$root/build/packages.lock" </dev/null || exit 1
}

install_packages() {
    log=$root/build/logs/packages.log
    export DEBIAN_FRONTEND=noninteractive
    echo "$self: installing packages (first start only): ${missing% }" >&2
    : >"$log"
    # shellcheck disable=SC2086
    if apt_step "reading the package lists" apt-get -q update &&
        apt_step "downloading" apt-get -q install -y --no-install-recommends --download-only $missing &&
        apt_step "installing" apt-get -q install -y --no-install-recommends $missing; then
        return
    fi
    tail -n 20 "$log" >&2
    echo "$self: installing packages failed; the whole log is in $log" >&2
    return 1
}

# apt_step WHAT COMMAND...: run it with its output in the log.
apt_step() {
    echo "$self:   $1 ..." >&2
    shift
    "$@" -o DPkg::Lock::Timeout=600 >>"$log" 2>&1 9>&-
}
