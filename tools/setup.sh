# Shared by tools/quickstart and tests/run: what must be installed, and the build.
# Sourced by POSIX shells; the caller has changed to the project's folder.
# Lists of packages are split into words on purpose.
# shellcheck shell=sh disable=SC2034,SC2086

build_packages="gcc libc6-dev meson ninja-build pkg-config libopenblas-dev libgsl-dev
libhdf5-dev libyaml-dev librandom123-dev zlib1g-dev"
# What `lemma report` makes its page with.
report_packages="python3-h5py python3-numpy"
# locales: a test makes itself a locale with a decimal comma. MPI is optional, and tested. Chromium (90 MB with what it
# stands on) looks at the report's page.
test_packages="libcmocka-dev $report_packages locales python3-matplotlib python3-pandas
chromium chromium-driver libopenmpi-dev openmpi-bin clang libclang-rt-14-dev libomp-dev
cppcheck binutils"

# What tests/audit looks with.
audit_packages="clang libclang-rt-14-dev libomp-14-dev clang-tidy gcovr valgrind"

say() {
    printf '== %s\n' "$*"
}

stop() {
    printf '%s: %s\n' "$0" "$*" >&2
    exit 3
}

# The words of "$@" that dpkg does not know as installed.
missing_packages() {
    for package in "$@"; do
        status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
        [ "$status" = installed ] || printf '%s ' "$package"
    done
}

# Elsewhere than on Debian: whether the tools and libraries are there all the same.
has_everything() {
    for tool in cc meson ninja pkg-config; do
        command -v "$tool" >/dev/null 2>&1 || return 1
    done
    pkg-config --exists openblas gsl hdf5 yaml-0.1 zlib
}

# How to become root: nothing, or sudo. Without a terminal sudo must not ask.
become_root() {
    if [ "$(id -u)" -eq 0 ]; then
        root=
    elif command -v sudo >/dev/null 2>&1 && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
        root=sudo
    else
        stop "not root, and sudo can't be used here; as root, run: apt-get install $*"
    fi
}

apt_install() {
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
        --no-install-recommends "$@"
}

has_lists() {
    for list in /var/lib/apt/lists/*_Packages*; do
        [ -e "$list" ] && return
    done
    return 1
}

update_lists() {
    say "updating apt's lists"
    $root apt-get update -q || stop "apt-get update failed (no network?); needed: $1"
}

# Installs what is missing of "$@"; apt's lists are fetched only where they are too old.
install_packages() {
    if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
        has_everything && return
        stop "there is no apt here; install these (Debian's names) yourself: $*"
    fi
    missing=$(missing_packages "$@")
    if [ -z "$missing" ]; then
        say "everything needed is installed"
        return
    fi
    become_root $missing
    if ! has_lists; then
        update_lists "$missing"
    fi
    say "installing with apt: $missing"
    if ! apt_install $missing; then
        update_lists "$missing" # a list that is too old names files long gone
        apt_install $missing ||
            stop "apt-get could not install (no network, or not Debian 12?): $missing"
    fi
}

# build_lemma FOLDER TESTS(true|false): configures where needed, compiles.
build_lemma() {
    if [ ! -f "$1/build.ninja" ]; then
        say "configuring $1"
        meson setup "$1" --buildtype=release "-Dtests=$2" || stop "meson setup failed"
    elif [ "$2" = true ]; then
        meson configure "$1" -Dtests=true || stop "meson configure failed"
    fi
    say "compiling in $1"
    ninja -C "$1" || stop "the build failed"
}
