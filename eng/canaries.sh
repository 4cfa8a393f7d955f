#!/usr/bin/env bash
# Canaries: each patch in eng/canaries breaks one rule that must hold, in a copy of the tracked files; the tests must notice.
#   eng/canaries.sh              all of them
#   eng/canaries.sh tie-order    those named
# Prints a line for each and at the end "N canaries, N caught"; fails when one was not caught, does not apply or does not build.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root="$PWD"
copy="$(mktemp -d)"
trap 'rm -rf "$copy"' EXIT
git ls-files -z | xargs -0 cp --parents -t "$copy"
cd "$copy"
project=tests/Levelkeeper.Core.Tests

# Analyzers and documentation say nothing about behaviour: without them a canary takes seconds.
build() { dotnet build "$project" -c Release --nologo -v quiet -p:RunAnalyzers=false -p:EnforceCodeStyleInBuild=false -p:TreatWarningsAsErrors=false >"$copy/build.log" 2>&1; }
run() { timeout 300 dotnet exec "$project/bin/Release/net10.0/Levelkeeper.Core.Tests.dll" --no-progress --stop-on-fail on >"$copy/run.log" 2>&1; }

# A suite that fails without a canary would catch everything.
build || { tail -20 "$copy/build.log"; echo "the tests do not build"; exit 1; }
run || { grep -m 5 '^failed' "$copy/run.log"; echo "the tests fail without a canary"; exit 1; }

if [ $# -gt 0 ]; then names=("$@"); else names=(); for patch in "$root"/eng/canaries/*.patch; do names+=("$(basename "$patch" .patch)"); done; fi
count=0 caught=0
for name in "${names[@]}"; do
  patch="$root/eng/canaries/$name.patch"
  count=$((count + 1))
  if ! patch --strip=1 --quiet --forward <"$patch" >/dev/null 2>&1; then
    echo "$name: does not apply any more"
    git -C "$root" ls-files -z -- src | (cd "$root" && xargs -0 cp --parents -t "$copy")
    continue
  fi
  if ! build; then
    echo "$name: does not build: $(grep -m 1 'error' "$copy/build.log")"
  elif run; then
    echo "$name: NOT CAUGHT ($(head -1 "$patch"))"
  else
    # Several tests may fail before the run has stopped; the first is named.
    first="$(grep -m 1 '^failed' "$copy/run.log" | sed 's/^failed Levelkeeper.Core.Tests.//; s/ (.*//')"
    echo "$name: caught by ${first:-a run that did not end} ($(head -1 "$patch"))"
    caught=$((caught + 1))
  fi
  patch --strip=1 --quiet --reverse <"$patch" >/dev/null
done
echo "$count canaries, $caught caught"
[ "$caught" -eq "$count" ]
