#!/usr/bin/env bash
# Recorded answers, trivial baselines and small models through run, profile, decide and report; README.md tells the rest.
#   ASSISTANTS, BASE_MODELS  models to ask here, through their chat template and without one
#   LIMIT                    items of each task that they are asked
#   OUT                      folder for everything
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=${OUT:-runs/front-desk}
limit=${LIMIT:-100}
use_case=$here/front-desk.yaml

"${PYTHON:-python}" "$here/recorded.py" "$out/recorded"
run() { # NAME MODEL TASK... [OPTION...]
  kijun run "${@:3}" --model "$2" --out "$out/runs/$1" --yes
}
recorded() { # MODEL TASK...
  run "$1" "replay/$out/recorded/$1.jsonl?key=prompt&answer=answer" "${@:2}"
}
recorded gpt-4 "$use_case"
recorded gpt-4o-mini ifeval
recorded llama-2 xstest
recorded mistral xstest
for name in refuse comply echo; do run "$name" "fake/$name" "$use_case"; done
for model in ${ASSISTANTS-local/smollm2-135m}; do run "$(basename "$model")" "$model" "$use_case" --limit "$limit" --chat; done
for model in ${BASE_MODELS-}; do run "$(basename "$model")" "$model" "$use_case" --limit "$limit"; done

for language in en ja; do
  kijun profile "$out"/runs/* --lang "$language"
  kijun decide --use-case "$use_case" "$out"/runs/* --lang "$language"
  kijun report "$out"/runs/* --use-case "$use_case" --lang "$language" --out "$out/report-$language.html"
done
