#!/usr/bin/env bash
# Runs a model on the tasks of a use case, holds it against the use case and, where there is one, against its old version.
# All settings come from the environment, so that nothing that a workflow hands over is read as code; see action.yml.
set -euo pipefail

run=(kijun run "$USE_CASE" --model "$MODEL" --out "$OUT" --yes)
[ -z "${LIMIT:-}" ] || run+=(--limit "$LIMIT")
[ -z "${JUDGE:-}" ] || run+=(--judge "$JUDGE")
"${run[@]}"

settings=(--use-case "$USE_CASE")
for language in ${LANGUAGES:-}; do settings+=(--in "$language"); done
[ "${RATINGS:-false}" = true ] || settings+=(--no-ratings)

summary=${GITHUB_STEP_SUMMARY:-/dev/stdout}
kijun decide "$OUT" "${settings[@]}" --format markdown >>"$summary"
code=0
kijun decide "$OUT" "${settings[@]}" --fail-on "${FAIL_ON:-gate}" || code=$?
if [ -n "${BASELINE:-}" ]; then
  kijun decide --baseline "$BASELINE" "$OUT" "${settings[@]}" --format markdown >>"$summary"
  kijun decide --baseline "$BASELINE" "$OUT" "${settings[@]}" --fail-on "${FAIL_ON:-gate}" || code=$?
fi
exit "$code"
