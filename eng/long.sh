#!/usr/bin/env bash
# The long runs, called by `./test --long`: canaries, the simulator, crashes of the real program, a busy day, and mutation testing. What they are and their last results: docs/reports.
#   LEVELKEEPER_MUTATE="Numbers Time" eng/long.sh    mutation testing of these folders only
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
status=0
eng/canaries.sh || status=1
eng/simulation.sh || status=1
eng/crashes.sh || status=1
eng/busy-day.sh || status=1
# shellcheck disable=SC2086 -- a list of folders
eng/mutation.sh ${LEVELKEEPER_MUTATE:-} || status=1
exit "$status"
