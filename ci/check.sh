#!/bin/sh
# Check products in a pipeline: once, and report for people, programs and code scanning.
# What to check is said by the environment, several values on a line each:
#   RULEWRIGHT_PRODUCT RULEWRIGHT_POLICY RULEWRIGHT_FACTS RULEWRIGHT_FEEDS  as the arguments and options of `rulewright check`
#   RULEWRIGHT_SAME_PRODUCT (true)  RULEWRIGHT_AS_OF  RULEWRIGHT_FAIL_ON    likewise
#   RULEWRIGHT_BASELINE  an earlier result.json to compare with
#   RULEWRIGHT_GATE      all: whatever blocks closes the gate; new: only what did not block in the baseline
#   RULEWRIGHT_OUTPUT    the folder of the reports;  RULEWRIGHT_COMMAND  the command itself
# Ends as `rulewright check` ends (0 nothing blocks, 1 something does); with RULEWRIGHT_GATE=new as `rulewright compare` does.
set -euf

command=${RULEWRIGHT_COMMAND:-rulewright}
out=${RULEWRIGHT_OUTPUT:-rulewright-reports}
gate=${RULEWRIGHT_GATE:-all}
baseline=${RULEWRIGHT_BASELINE:-}
case $gate in
  all | new) ;;
  *) echo "RULEWRIGHT_GATE is all or new, not \`$gate\`" >&2; exit 2 ;;
esac
if [ "$gate" = new ] && ! [ -f "$baseline" ]; then
  echo "RULEWRIGHT_GATE=new needs RULEWRIGHT_BASELINE, an earlier result.json; without one, everything counts" >&2
  gate=all
fi

IFS='
'
set --
for word in ${RULEWRIGHT_PRODUCT:?says what to check}; do set -- "$@" "$word"; done
for word in ${RULEWRIGHT_POLICY:-}; do set -- "$@" "--policy=$word"; done
for word in ${RULEWRIGHT_FACTS:-}; do set -- "$@" "--facts=$word"; done
for word in ${RULEWRIGHT_FEEDS:-}; do set -- "$@" "--feeds=$word"; done
if [ "${RULEWRIGHT_SAME_PRODUCT:-}" = true ]; then set -- "$@" --same-product; fi
if [ -n "${RULEWRIGHT_FAIL_ON:-}" ]; then set -- "$@" "--fail-on=$RULEWRIGHT_FAIL_ON"; fi
set -- "$@" "--as-of=${RULEWRIGHT_AS_OF:-$(date -u +%Y-%m-%d)}"

mkdir -p "$out"
rm -f "$out/result.json" "$out/result.sarif" "$out/result.junit.xml" "$out/summary.md" "$out/comparison.md"
code=0
"$command" check "$@" --format=json --output="$out/result.json" || code=$?
if [ "$code" -gt 1 ]; then exit "$code"; fi
for report in sarif:result.sarif junit:result.junit.xml markdown:summary.md; do
  again=0
  "$command" check "$@" --quiet --format="${report%%:*}" --output="$out/${report#*:}" || again=$?
  if [ "$again" -ne "$code" ]; then echo "two runs on the same input do not agree" >&2; exit 4; fi
done
if [ -f "$baseline" ]; then
  opened=0
  "$command" compare "$baseline" "$out/result.json" --format=markdown --output="$out/comparison.md" || opened=$?
  if [ "$opened" -gt 1 ]; then exit "$opened"; fi
  if [ "$gate" = new ]; then code=$opened; fi
  "$command" compare "$baseline" "$out/result.json" || [ $? -le 1 ]
else
  "$command" check "$@" --quiet || [ $? -le 1 ]
fi

if [ -n "${GITHUB_OUTPUT:-}" ]; then
  answer=pass
  if [ "$code" -ne 0 ]; then answer=fail; fi
  { echo "gate=$answer"; echo "reports=$out"; echo "result=$out/result.json"; echo "sarif=$out/result.sarif"; } >> "$GITHUB_OUTPUT"
fi
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
  if [ -f "$out/comparison.md" ]; then cat "$out/comparison.md"; fi >> "$GITHUB_STEP_SUMMARY"
  cat "$out/summary.md" >> "$GITHUB_STEP_SUMMARY"
fi
exit "$code"
