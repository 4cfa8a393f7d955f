#!/usr/bin/env bash
# The simulator over thousands of seeds, called by `./test --long`; writes docs/reports/simulation.md.
#   LEVELKEEPER_SEED=7000 LEVELKEEPER_SEEDS=100 eng/simulation.sh    other seeds, another number of them
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build tests/Levelkeeper.Simulation.Tests -c Release --nologo -v quiet || exit 1
LEVELKEEPER_LONG=1 LEVELKEEPER_SIMULATION_REPORT="$PWD/docs/reports/simulation.md" \
  dotnet exec tests/Levelkeeper.Simulation.Tests/bin/Release/net10.0/Levelkeeper.Simulation.Tests.dll --no-progress --filter-method '*Nothing_is_lost_whatever_goes_wrong'
