# Shared by the runners under tests/: where things are, the environment of a test, two jobs at a time, the tally.
#
# Sourced by bash, never run. A runner ends with the line "N passed, N failed[, N skipped]" from tally, and that is
# all tests/run knows of it. It must not know what any runner checks.
# shellcheck shell=bash

set -u

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
MODE=${MODE:-release}
BUILD=${BUILD_DIR:-$ROOT/build/$MODE}
export ROOT MODE
export BUILD_DIR=$BUILD
export PATH=$BUILD:$PATH

# One environment for all: no colour by accident, no language, no zone, no terminal.
export LC_ALL=C.UTF-8 TERM=dumb TZ=UTC
unset NO_COLOR FORCE_COLOR CLICOLOR CLICOLOR_FORCE COLUMNS LANGUAGE
export ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1:exitcode=99
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1:exitcode=99

passed=0
failed=0
skipped=0

# tally: the closing line; the status of a runner. No test at all is a failure.
tally() {
    if [ $((passed + failed + skipped)) = 0 ]; then
        echo "no test was found"
        failed=1
    fi
    if [ $skipped = 0 ]; then
        echo "$passed passed, $failed failed"
    else
        echo "$passed passed, $failed failed, $skipped skipped"
    fi
    [ $failed = 0 ]
}

# need_program: stops a runner whose program has not been built
need_program() {
    [ -x "$BUILD/proviso" ] && return
    echo "$BUILD/proviso has not been built"
    failed=1
    tally
    exit 1
}

# each FUNCTION NAME…: calls FUNCTION NAME for each name, two at a time, and counts by its status. What a failing
# call printed is shown in the order of the names. The function must be exported and tell all by status and output.
each() {
    local function=$1 logs name
    shift
    [ $# = 0 ] && return
    logs=$(mktemp -d) || exit 2
    printf '%s\0' "$@" | xargs -0 -n 1 -P 2 bash -c '
        log=$1/$(printf "%s" "$3" | tr / %)
        if "$2" "$3" >"$log" 2>&1; then echo pass; else echo fail; fi >"$log.status"' each "$logs" "$function"
    for name in "$@"; do
        if [ "$(cat "$logs/${name//\//%}.status" 2>/dev/null)" = pass ]; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            echo "FAILED $name"
            sed 's/^/    /' "$logs/${name//\//%}"
        fi
    done
    rm -rf "$logs"
}
