#!/bin/sh
# Check one SBOM against one policy twice: once for people, once for programs.
# Usage: BIN=.venv/bin demo.sh SBOM POLICY AS_OF OUTPUT_FOLDER
# Ends 0 when the check ran, whatever the gate says; ends with the command's code when it did not (2, 3, 4).
set -eu

sbom=$1 policy=$2 as_of=$3 out=$4
result=$out/result.json
mkdir -p "$out"
rm -f "$result"

ran() { # run the rest; only "nothing blocks" (0) and "something blocks" (1) are answers
  code=0
  "$@" || code=$?
  if [ "$code" -gt 1 ]; then
    echo "the check did not run (exit code $code)" >&2
    exit "$code"
  fi
}

echo "\$ rulewright check $sbom --policy $policy --as-of $as_of"
ran "$BIN/rulewright" check "$sbom" --policy "$policy" --as-of "$as_of"
gate=$code
ran "$BIN/rulewright" check "$sbom" --policy "$policy" --as-of "$as_of" --format json --output "$result" --quiet
if ! [ -s "$result" ] || [ "$code" -ne "$gate" ]; then
  echo "the two runs do not agree, or wrote no result" >&2
  exit 4
fi

echo
if [ "$gate" -eq 1 ]; then
  echo "The gate is red, as expected: the example product has findings that block."
else
  echo "The gate is green: nothing blocks."
fi
echo "The same result for programs: $result"
echo "Another product, one that passes:"
echo "  $BIN/rulewright check policies/examples/petclinic.cdx.json --facts policies/examples/petclinic.facts.yaml --policy $policy --as-of $as_of"
