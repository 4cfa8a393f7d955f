#!/usr/bin/env bash
# Mutation testing of Levelkeeper.Core with its own tests: small changes are made to the code, one at a time, and a test must fail for each.
#   eng/mutation.sh                       all folders; hours on two cores
#   eng/mutation.sh Numbers Time          these folders of src/Levelkeeper.Core
#   eng/mutation.sh Numbers/Rational.cs   these files
#   MUTATION_SAMPLE=4 eng/mutation.sh Clocks   a fourth of the lines of these folders: every fourth stretch of twenty
# Works on a copy of the tracked files, so that the tree can be built meanwhile. Prints a line per folder; the full report is left where it says.
set -euo pipefail
command -v jq >/dev/null || { echo "jq is needed for the table (apt-get install jq)" >&2; exit 2; }
cd "$(dirname "${BASH_SOURCE[0]}")/.."
copy="$(mktemp -d)"
trap 'rm -rf "$copy"' EXIT
git ls-files -z | xargs -0 cp --parents -t "$copy"
report="${MUTATION_OUTPUT:-$PWD/artifacts/mutation}"
mkdir -p "$report"

mutate=()
if [ "${MUTATION_SAMPLE:-1}" -gt 1 ]; then
  # Stryker takes stretches of a file by their first and last character: every n-th stretch of twenty lines, counted on from file to file.
  while IFS= read -r stretches; do mutate+=(--mutate "$stretches"); done < <(
    for part in "$@"; do find "src/Levelkeeper.Core/$part" -name '*.cs' -not -path '*/obj/*' | sort; done |
      LC_ALL=C.UTF-8 xargs awk -v n="$MUTATION_SAMPLE" '
        function close_stretch() { if (open) { text = text "{" from ".." at "}"; open = 0 } }
        function close_file() { close_stretch(); if (text) print "**/" file text; text = "" }
        FNR == 1 { close_file(); file = FILENAME; sub(/^src\//, "", file); at = 0 }
        FNR % 20 == 1 { close_stretch(); if (count++ % n == 0) { open = 1; from = at } }
        { at += length($0) + 1 }
        END { close_file() }')
else
  for part in "$@"; do
    case "$part" in
      *.cs) mutate+=(--mutate "**/$part") ;;
      *) mutate+=(--mutate "**/Levelkeeper.Core/$part/**/*.cs") ;;
    esac
  done
fi

cd "$copy"
dotnet tool restore >/dev/null
# Stryker asks `dotnet --info` and gives up after ten seconds, which a busy machine needs.
export DOTNET_INFO_WAIT_TIME=300000
# The tests run once for each change: a few cases of each property, and no more tests once one has failed.
export LEVELKEEPER_CASES="${LEVELKEEPER_CASES:-4}"
cd tests/Levelkeeper.Core.Tests
echo '{ "xUnit": { "stopOnFail": true } }' >testconfig.json
started=$SECONDS
nice -n "${MUTATION_NICE:-10}" dotnet stryker --config-file ../../eng/stryker-config.json --skip-version-check \
  --output "$report" "${mutate[@]}" >"$report/log.txt" 2>&1 || { tail -40 "$report/log.txt"; exit 1; }
echo "mutation testing took $((SECONDS - started)) s; report in $report"

# From the JSON report: Stryker's table in the log counts what is left out as survived.
# A change that hangs a test is found; but on a busy machine a test may be too slow for its limit by chance, so the score is given without timeouts too.
jq -r '
  [.files | to_entries[] | (.key | sub(".*Levelkeeper.Core/"; "") | split("/")[0]) as $folder | .value.mutants[] | {$folder, status}]
  | group_by(.folder)[]
  | .[0].folder as $folder
  | (reduce .[] as $mutant ({}; .[$mutant.status] += 1)) as $count
  | ["Killed", "Timeout", "Survived", "NoCoverage"] | map($count[.] // 0) as [$killed, $hung, $lived, $unseen]
  | ($killed + $hung + $lived + $unseen) as $all
  | select($all > 0)
  | def percent: . * 1000 / $all | round / 10;
  "\($folder): \($all) changes, \($killed) killed, \($hung) timed out, \($lived) survived, \($unseen) not covered; score \($killed + $hung | percent) % (\($killed | percent) % without timeouts)"
' "$report/reports/mutation-report.json"
