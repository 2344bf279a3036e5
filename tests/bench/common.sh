# Shared by the benchmarks: where data, outputs and rivals lie, what is installed, how a number of rows is made.
#
# Sourced by bash after tests/support/harness.sh, never run. All that is generated lies under the build folder; outputs
# of what is measured go to memory where there is a file system in it, and are gone at the end.
# shellcheck shell=bash

data=$BUILD/bench/data
rivals=$BUILD/bench/rivals
spawn=$BUILD/tests/bench/spawn
export PGRIVAL=$BUILD/bench/postgres
mkdir -p "$data" || exit 2

need_benchmarks() {
    [ -x "$spawn" ] && [ -x "$BUILD/proviso" ] && [ -x "$BUILD/tests/bench/generate" ] && return
    echo "not built; run: make bench" >&2
    exit 2
}

# fresh_outputs: sets `outputs` to a folder for what is written and not kept
fresh_outputs() {
    local place=$BUILD/bench
    [ -d /dev/shm ] && [ -w /dev/shm ] && place=/dev/shm
    outputs=$(mktemp -d "${BENCH_OUTPUTS:-$place}/proviso-bench-XXXXXX") || exit 2
    # A server that runs as another user writes there too.
    chmod 777 "$outputs"
    trap 'rm -rf "$outputs"' EXIT
}

# records WORKLOAD COUNT: makes $data/WORKLOAD-COUNT.ndjson, .csv and .expected.csv where they are not there yet
records() {
    local name=$data/$1-$2
    [ "$name.expected.csv" -nt "$BUILD/tests/bench/generate" ] && return
    "$BUILD/tests/bench/generate" "$1" "$2" "$name" && chmod a+r "$name".*
}

# jobs_option COUNT: sets `jobs` to what tells the command how many workers; false where it has none to offer
jobs_option() {
    jobs=()
    "$BUILD/proviso" eval --help | grep -q -- '--jobs' && jobs=(--jobs "$1")
    [ "$1" = 1 ] || [ ${#jobs[@]} != 0 ]
}

# install_rivals: the packages of rivals/package-lock.json, beside a copy of the rivals under the build folder
install_rivals() {
    local here=$ROOT/tests/bench/rivals
    mkdir -p "$rivals" && cp -R "$here/." "$rivals/" || exit 2
    cmp -s "$here/package-lock.json" "$rivals/installed" && return
    if ! command -v npm >/dev/null; then
        echo 'npm is not here: DuckDB, Polars and the rule engines are left out'
        return
    fi
    if (cd "$rivals" && npm install --ignore-scripts --no-fund --no-audit) >"$rivals/npm.log" 2>&1; then
        cp "$here/package-lock.json" "$rivals/installed"
    else
        echo "npm could not install the rivals; $rivals/npm.log says why"
    fi
}

have_npm_package() { command -v node >/dev/null && [ -d "$rivals/node_modules/$1" ]; }

# machine: what the figures were measured on
machine() {
    local model
    model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)
    printf '%s, %s, %s cores of %s, load %s, %s, MODE=%s\n' "$(date +%Y-%m-%d)" "$(uname -sm)" "$(nproc 2>/dev/null)" \
        "${model:-an unnamed processor}" "$(cut -d ' ' -f 1 /proc/loadavg 2>/dev/null)" \
        "$(${CC:-cc} --version 2>/dev/null | head -n 1)" "$MODE"
}
