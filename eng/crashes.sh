#!/usr/bin/env bash
# The real program killed 200 times on each store, called by `./test --long`; writes docs/reports/crashes.md.
#   LEVELKEEPER_SEED=7 LEVELKEEPER_CRASHES=20 eng/crashes.sh    other moments, another number of them
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build tests/Levelkeeper.Server.Tests -c Release --nologo -v quiet || exit 1
rm -f docs/reports/crashes.md
LEVELKEEPER_LONG=1 LEVELKEEPER_CRASHES_REPORT="$PWD/docs/reports/crashes.md" \
  dotnet exec tests/Levelkeeper.Server.Tests/bin/Release/net10.0/Levelkeeper.Server.Tests.dll --no-progress --filter-method '*What_was_acknowledged_survives_kill_9_at_any_moment'
