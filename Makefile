# The two commands: `make demo` and `make test`. Each sets up everything it needs itself, in .venv.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Extras that the tests exercise; torch comes apart, by test-torch.
TESTED := local,ja,math,schema,server,openai,anthropic,google,report,rate,browser,test
LANGUAGE_OF_DISPLAY := $(if $(KIJUN_LANG),--lang $(KIJUN_LANG))

# The trainers, with all that they bring along, in an environment of their own.
ALIGN  ?= .venv-align
# The older trainers that exported recipes are for, each with the versions that it wants.
HANDBOOK  ?= .venv-handbook
AUTOTRAIN ?= .venv-autotrain

.PHONY: demo test test-torch test-align test-recipes example-alignment clean

demo: $(VENV)/.demo  ## run suite core on the embedded model and report on it
	$(BIN)/kijun run core --limit 2 --yes --out runs/demo $(LANGUAGE_OF_DISPLAY)
	$(BIN)/kijun report runs/demo --use-case customer-support --out runs/demo/report.html $(LANGUAGE_OF_DISPLAY)

test: $(VENV)/.test $(VENV)/.model  ## the whole test suite but for torch
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/python -m pytest --ignore tests/torch --ignore tests/align

test-torch: $(VENV)/.torch $(VENV)/.model  ## the tests of the hf/ backend
	$(BIN)/python -m pytest tests/torch

test-align: $(ALIGN)/.align  ## what is exported loads in TRL, datasets and Argilla
	$(ALIGN)/bin/python -m pytest tests/align --ignore tests/align/test_recipes.py

test-recipes: $(ALIGN)/.align $(HANDBOOK)/.recipe $(AUTOTRAIN)/.recipe  ## exported recipes train in the versions that they name
	HANDBOOK=$(HANDBOOK) AUTOTRAIN=$(AUTOTRAIN) $(ALIGN)/bin/python -m pytest tests/align/test_recipes.py

example-alignment: $(ALIGN)/.align  ## rate, export, train with DPO, evaluate again
	$(ALIGN)/bin/python examples/alignment/loop.py

clean:
	rm -rf $(VENV) $(ALIGN) $(HANDBOOK) $(AUTOTRAIN) runs

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Kijun needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12 ..."; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(VENV)/bin/python pyproject.toml
	$(PIP) -e '.[local,ja,report]'
	@touch $@

$(VENV)/.test: $(VENV)/bin/python pyproject.toml
	$(PIP) -e '.[$(TESTED)]'
	@touch $@ $(VENV)/.demo

# Without a network the tests of the embedded model skip, and the others still run.
$(VENV)/.model: $(VENV)/.test
	@$(BIN)/python -c 'from kijun.models.local import fetch_embedded; fetch_embedded()' && touch $@ || \
	  echo "The embedded model (94 MB) could not be fetched; its tests skip."

# torch first and by its exact version: a range would take the newest build with its CUDA libraries.
$(VENV)/.torch: $(VENV)/.test
	$(PIP) torch==2.13.0
	$(PIP) -e '.[hf,$(TESTED)]'
	@touch $@

$(ALIGN)/.align: pyproject.toml
	$(PYTHON) -m venv $(ALIGN)
	$(ALIGN)/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(ALIGN)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[align,rate,local,test]' argilla==2.8.0
	@touch $@

$(HANDBOOK)/.recipe:
	$(PYTHON) -m venv $(HANDBOOK)
	$(HANDBOOK)/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 trl==0.19.1 \
	  transformers==4.53.3 'datasets>=4,<5'
	@touch $@

# AutoTrain itself without its requirements, which are a hundred; these are those of its DPO trainer, as it pins them.
$(AUTOTRAIN)/.recipe:
	$(PYTHON) -m venv $(AUTOTRAIN)
	$(AUTOTRAIN)/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 trl==0.13.0 \
	  transformers==4.48.0 peft==0.14.0 accelerate==1.2.1 huggingface-hub==0.27.0 'datasets~=3.2.0' pydantic==2.10.4 \
	  loguru==0.7.3 pandas==2.2.3 joblib==1.4.2 nvitop==1.3.2 scikit-learn==1.6.0 Pillow==11.0.0 einops==0.8.0 \
	  tensorboard==2.18.0 werkzeug==3.1.3 requests 'numpy<2.3'
	$(AUTOTRAIN)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps autotrain-advanced==0.8.36
	@touch $@
