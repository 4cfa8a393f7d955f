#!/usr/bin/env bash
# A busy provider's 24 hours on the real server, called by `./test --long`; writes docs/reports/busy-day.md.
#   LEVELKEEPER_BUSY_AGREEMENTS=100 LEVELKEEPER_BUSY_TICKETS=10000 LEVELKEEPER_BUSY_PROBES=1000 LEVELKEEPER_BUSY_HOURS=12 eng/busy-day.sh report.md    a smaller provider, fewer hours, another report
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build tests/Levelkeeper.Server.Tests -c Release --nologo -v quiet || exit 1
LEVELKEEPER_LONG=1 LEVELKEEPER_BUSY_REPORT="$(realpath -m "${1:-docs/reports/busy-day.md}")" \
  dotnet exec tests/Levelkeeper.Server.Tests/bin/Release/net10.0/Levelkeeper.Server.Tests.dll --no-progress --xunit-diagnostics on --filter-method '*A_busy_provider_is_served*'
