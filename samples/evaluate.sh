#!/usr/bin/env bash
# Evaluates the samples: a table in the terminal, a page for each in out/pages, and our results beside the figures that others published.
# A sample is a folder in samples/ with evaluate.rsp (the arguments of 'levelkeeper evaluate', one a line), statement.rsp (those of
# 'levelkeeper statement') or both, and, where there is something to compare with, reconcile.yaml.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
if ! command -v dotnet >/dev/null; then
  echo "The .NET 10 SDK is needed: https://dotnet.microsoft.com/download" >&2
  exit 2
fi
pages="$here/out/pages"
mkdir -p "$pages"
worst=0
for arguments in "$here"/samples/*/evaluate.rsp; do
  sample="$(dirname "$arguments")"
  name="$(basename "$sample")"
  echo "== $name"
  (cd "$sample" && "$here/levelkeeper" evaluate @evaluate.rsp --html "$pages/$name.html") || { code=$?; [ "$code" -gt "$worst" ] && worst=$code; }
  if [ -e "$sample/reconcile.yaml" ]; then
    (cd "$sample" && "$here/levelkeeper" reconcile --with reconcile.yaml) || { code=$?; [ "$code" -gt "$worst" ] && worst=$code; }
  fi
  echo
done
for arguments in "$here"/samples/*/statement.rsp; do
  sample="$(dirname "$arguments")"
  name="$(basename "$sample")"
  echo "== statement of $name"
  (cd "$sample" && "$here/levelkeeper" statement @statement.rsp --output html --to "$pages/$name-statement.html") || { code=$?; [ "$code" -gt "$worst" ] && worst=$code; }
done
echo "Pages: $pages"
exit "$worst"
