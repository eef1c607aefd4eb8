#!/usr/bin/env bash
# Recorded answers, trivial baselines and small models through run, profile, decide and report; README.md tells the rest.
#   ASSISTANTS, BASE_MODELS  models to ask here, through their chat template and without one
#   LIMIT                    items of XSTest that they are asked; the first 50 are 28 harmless and 22 harmful requests
#   ITEMS                    items of each task for recorded answers and baselines; all where it is empty
#   OUT                      folder for everything
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=${OUT:-runs/front-desk}
use_case=$here/front-desk.yaml

"${PYTHON:-python}" "$here/recorded.py" "$out/recorded"

run() { # NAME MODEL TASK... [OPTION...]
  kijun run "${@:3}" --model "$2" --out "$out/runs/$1" --yes
}
recorded() { # NAME TASK...
  run "$1" "replay/$out/recorded/$1.jsonl?key=prompt&answer=answer" "${@:2}"
}
all=(${ITEMS:+--limit "$ITEMS"})
recorded gpt-4 "$use_case" "${all[@]}"
recorded gpt-4o-mini ifeval "${all[@]}"
recorded llama-2 xstest "${all[@]}"
recorded mistral xstest "${all[@]}"
for name in refuse comply echo; do run "$name" "fake/$name" "$use_case" "${all[@]}"; done

# The cheaper task first: who fails it for certain need not be asked the other.
some=(xstest --limit "${LIMIT:-50}")
for model in ${ASSISTANTS-local/smollm2-135m}; do run "$(basename "$model")" "$model" "${some[@]}" --chat; done
for model in ${BASE_MODELS-}; do run "$(basename "$model")" "$model" "${some[@]}"; done

for language in en ja; do
  kijun profile "$out"/runs/* --lang "$language"
  kijun decide --use-case "$use_case" "$out"/runs/* --lang "$language"
  kijun report "$out"/runs/* --use-case "$use_case" --lang "$language" --out "$out/report-$language.html"
done
