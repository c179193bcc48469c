#!/bin/sh
# How lemma was linked and compiled: hardened.sh BINARY.
set -eu
binary=$1

# has PATTERN COMMAND...: whether the command's output has it.
has() {
    pattern=$1
    shift
    "$@" "$binary" | grep -q "$pattern" || {
        echo "$* $binary: expected $pattern"
        exit 1
    }
}

has 'DYN (Position-Independent Executable file)' readelf -h
has 'GNU_RELRO' readelf -lW
has 'BIND_NOW' readelf -d
has 'GNU_STACK.* RW ' readelf -lW
has '__stack_chk_fail' nm -D
has '__snprintf_chk' nm -D
