# What ./run and ./test share. To be sourced; $root is the repository. Everything speaks on stderr.

say() { printf 'voicestand: %s\n' "$*" >&2; }

# One set-up at a time: a second ./run waits for the first instead of building into the same folder.
lock_setup() {
  mkdir -p "$root/build"
  command -v flock >/dev/null || return 0
  exec 9>"$root/build/.setup-lock"
  flock 9
}
unlock_setup() { exec 9>&-; }

# Runs a command whose output is of interest only when it fails.
quietly() {
  local log="$root/build/.last-step.log"
  "$@" >"$log" 2>&1 9>&- || {
    cat "$log" >&2
    say "'$1' failed, see above"
    return 1
  }
}

# A compiler cache may give what another folder's build has made of the same source: objects name no folder, but that a
# sanitizer's reports name the sources where they were compiled first.
share_objects() { export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1; }

# configured PRESET OPTION…: whether the preset's folder stands and its cache holds each NAME=VALUE.
configured() {
  local folder="$root/build/$1" option
  shift
  [[ -f $folder/build.ninja ]] || return 1
  for option in "$@"; do grep -q "^${option%%=*}:[A-Z]*=${option#*=}\$" "$folder/CMakeCache.txt" || return 1; done
}

# fetch_pinned [--tests]: the packages of the lock file, asked for again only when the lock file has changed.
fetch_pinned() {
  local stamp="$root/.deps/.stamps/.fetched${1:-}"
  [[ $stamp -nt $root/tools/deps.lock.json && $stamp -nt $root/tools/fetch_deps.py ]] && return
  python3 "$root/tools/fetch_deps.py" "$@" 9>&-
  touch "$stamp"
}

# build PRESET TARGET…: says what it does only when there is something to do.
build() {
  local folder="$root/build/$1" log="$root/build/.last-step.log"
  shift
  if [[ ! -f $folder/.built-once ]]; then
    say "building, once; this takes some minutes"
    cmake --build "$folder" --parallel --target "$@" >&2 9>&-
    touch "$folder/.built-once"
    return
  fi
  cmake --build "$folder" --parallel --target "$@" 2>&1 9>&- | tee "$log" | {
    if grep -q --max-count=1 'Building CXX'; then say "building what has changed"; fi
    cat >/dev/null
  } || {
    cat "$log" >&2
    say "the build failed, see above"
    return 1
  }
}
