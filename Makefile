# Everything runs in an environment of the project's own, .venv, made when it is first needed.
#
#   make test               the tests
#   make lint types spec    what CI checks besides: form, types, code for every step
#   make lowest             some of the tests, with the lowest versions of the dependencies
#   make conformance        the main job: all 517 cases, in seconds
#   make autobahn           the same, by the real suite, in minutes
#   make wpt                web-platform-tests, of a checkout: make wpt WPT=PATH
#   make docs               the reading room; with the standards' texts: make docs SPEC=FOLDER
#   make docs-check         what a phone cuts off of the built pages, and links that lead nowhere
#   make dist               what a release consists of
#
#   make agreement          does the real suite judge otherwise than the embedded one?
#   make agreement-record   the verdicts of the real suite anew, in hours
#   make differential       does Chromium do otherwise?
#   make ask                what does Chromium do where the standards leave a question open?
#   make mutants            which steps would nobody miss?
#   make soak               random pages against random servers, for minutes
#   make proxies            connections through squid, tinyproxy, microsocks and dante
#   make backpressure       a GiB for a slow reader, who has little memory for it
#   make bench              speed, beside others
#   make bench-conformance  how long the suites take, the real one besides
#   make keep-steps         which tests ran each step, as the docs show it; after make test
#   make tables             the tables of README and docs, from the runs that are kept
#   make recording          the connection and the handshake that the docs tell
#   make backpressure-plot  memory under a fast sender, as the docs plot it
#   make clean              away with what was made

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DOCS := $(VENV)/.docs
PEERS := $(VENV)/.peers
DIST := $(VENV)/.dist
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
LOWEST := .venv-lowest
AUTOBAHN := $(BIN)/whatwg-websockets conformance run --suite autobahn \
	--report-dir conformance/reports/autobahn
JUDGE := conformance/websocket_conformance
ARGS ?=
WORKERS ?= auto

.DEFAULT_GOAL := help
.PHONY: help setup docs-setup peers-setup dist lint format types spec test lowest coverage conformance autobahn autobahn-if-possible agreement agreement-record differential bench bench-conformance ask tables keep keep-steps docs docs-check recording backpressure-plot mutants soak backpressure proxies wpt wpt-counts clean

help:
	@sed -n '/^#   /s/^# //p' Makefile

setup: $(READY)
docs-setup: $(DOCS)
peers-setup: $(PEERS)

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12 ..." >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade pip
	$(PIP) install --editable '.[conformance,fast,proxy,spec,wpt]' --group test --group lint
	@touch $@

# What the docs are made with, the WebSockets of others, and what looks at a wheel: each comes with
# the first target that needs it.
$(DOCS) $(PEERS) $(DIST): $(READY)
	$(PIP) install --group $(patsubst .%,%,$(notdir $@))
	@touch $@

lint: $(READY)
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/lint-imports
	$(BIN)/zizmor --offline --no-progress --quiet .github action.yml
	git ls-files -z | xargs -0 $(BIN)/codespell
	$(BIN)/python tests/support/words.py

format: $(READY)
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

# What is installed and the benchmarks, strictly; the tests with what pyproject.toml has for them. Those
# of the judge by themselves, since a folder of tests has modules that it imports by their bare names.
types: $(READY) $(DOCS) $(PEERS)
	$(BIN)/mypy
	$(BIN)/mypy --package benchmarks
	MYPYPATH=tests $(BIN)/mypy --config-file tests/mypy.ini --exclude '^tests/(conformance|types)/' tests
	MYPYPATH=tests:tests/conformance:tests/conformance/fakes:tests/conformance/fuzzing:tests/conformance/report \
		$(BIN)/mypy --config-file tests/mypy.ini tests/conformance

# The step comments of src/ against the index of the standards.
spec: $(READY)
	$(BIN)/whatwg-websockets spec check $(ARGS)

# The tests, a process for each processor, and the bars they hold. Some of the tests (ARGS) take some
# of the branches, so nothing is said about the bars then. WORKERS=0 runs them one after the other in
# one process, for a debugger.
#
# Bytecode is written whatever the environment says: else each process that the tests start compiles
# what it loads, and to collect the tests takes 9 s instead of 3.
test: export PYTHONDONTWRITEBYTECODE :=
test: $(READY) $(DOCS) $(PEERS)
	@began=$$(date +%s); set -x; \
	$(BIN)/coverage erase \
		&& $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal \
			--cov --cov-report= --cov-fail-under=0 $(ARGS) \
		$(if $(ARGS),,&& $(MAKE) --no-print-directory coverage); \
	status=$$?; { set +x; } 2>/dev/null; seconds=$$(($$(date +%s) - began)); \
	echo "The tests took $$((seconds / 60)) min $$((seconds % 60)) s."; \
	exit $$status

# The bars: every branch of src/, and of the judge's wire and cases; 95 of 100 of the judge as a whole.
coverage: $(READY)
	$(BIN)/coverage report --include='src/*,docs/*,$(JUDGE)/wire/*,$(JUDGE)/cases/*'
	$(BIN)/coverage report --include='$(JUDGE)/*' --fail-under=95

# What the dependencies do for us, with the lowest versions that pyproject.toml allows, in a fresh
# environment.
lowest: $(READY)
	$(PYTHON) -m venv --clear $(LOWEST)
	$(BIN)/python tests/lowest.py > $(LOWEST)/constraints.txt
	$(LOWEST)/bin/python -m pip install --quiet --disable-pip-version-check \
		--constraint $(LOWEST)/constraints.txt --editable '.[fast,proxy]' \
		cattrs coverage hypothesis jinja2 psutil pytest pytest-timeout trustme
	$(LOWEST)/bin/python -m pytest -q tests/url tests/fetch tests/rfc6455 tests/rfc7692 \
		tests/network tests/proxies tests/tunnels tests/test_constructor.py tests/test_establish_connection.py \
		tests/test_send.py tests/test_close.py tests/test_feedback.py \
		tests/conformance/test_processes.py \
		tests/conformance/report/test_report_saved.py \
		tests/conformance/report/test_report_baseline.py $(ARGS)

# The embedded suite against this implementation: no network, no Docker, no Python 2.
conformance: $(READY)
	@status=0; $(BIN)/whatwg-websockets conformance run $(ARGS) || status=$$?; \
	echo "That was the embedded suite. The real Autobahn suite, which takes minutes: make autobahn"; \
	exit $$status

# The real Autobahn suite, whole, against this implementation.
autobahn: $(READY)
	$(AUTOBAHN) $(ARGS)

# The same, but it prints a notice and passes on a machine that has neither a Docker engine nor a Python
# 2.7. If there is one of them, and the suite cannot be installed with it or falls short, it fails.
autobahn-if-possible: $(READY)
	@status=0; $(BIN)/python -m websocket_conformance.autobahn || status=$$?; \
	case $$status in \
	0) set -x; $(AUTOBAHN) $(ARGS) ;; \
	3) echo "Left out: make autobahn, as there is neither a Docker engine nor a Python 2.7 here." ;; \
	*) exit $$status ;; \
	esac

# web-platform-tests against this implementation, of the checkout in WPT, or of the one that
# ARGS=--fetch has fetched.
export WPT
wpt: $(READY)
	$(BIN)/whatwg-websockets conformance run --suite wpt --report-dir conformance/reports/wpt $(ARGS)

# How many subtests each page has, counted anew from a report of web-platform-tests: make wpt-counts
# WPT=PATH RUN=conformance/reports/wpt/wpt/wptreport.json FROM="web-platform-tests of May 2024"
wpt-counts: $(READY)
	$(BIN)/python -m websocket_conformance.wpt.counts $(WPT) '$(FROM)' $(RUN)

# The embedded suite's verdicts on all testees, against those of the real suite, which are kept.
agreement: $(READY) $(PEERS)
	$(BIN)/python -m agreement compare $(ARGS)

# The verdicts of the real suite anew, into conformance/agreement/recorded: hours for all testees.
agreement-record: $(READY) $(PEERS)
	$(BIN)/python -m agreement record $(ARGS)

# The scenarios at the API, played here and in Chromium (CHROMIUM=...): where do they differ?
BOTH := --suite api --implementation whatwg-websockets --implementation chromium
differential: $(READY)
	$(BIN)/whatwg-websockets conformance run $(BOTH) $(ARGS)

# The version of an editable installation is that of the commit at which it was installed.
CURRENT = $(PIP) install --editable . --no-deps

bench: $(READY) $(PEERS)
	$(CURRENT)
	$(BIN)/python -m benchmarks $(ARGS)

# How long the suites take against this implementation, the real one besides: ten minutes and more.
bench-conformance: $(READY) $(PEERS)
	$(CURRENT)
	$(BIN)/python -m benchmarks.conformance $(ARGS)

# Takes each step out in turn, and sees whether a test fails; what ran each step is in what
# `make test` leaves behind. The docs show the record beside each step. ARGS="--algorithm close" for
# one algorithm.
MUTANTS := docs/recordings/mutants.json
mutants: $(READY) $(DOCS) $(PEERS)
	$(BIN)/whatwg-websockets spec mutate --record $(MUTANTS) $(ARGS)

# Random pages against random servers; ARGS="--minutes 5 --loop uvloop --tls". What goes wrong is
# printed with its seed.
soak: $(READY)
	cd tests && $(abspath $(BIN))/python -W error -m support.soak $(ARGS)

# A server, a process of its own, offers 1 GiB to a stream that is read slowly: does every byte arrive,
# and how much memory does it take?
backpressure: $(READY)
	cd tests && $(abspath $(BIN))/python -m support.backpressure $(ARGS)

# The tests with real proxies: squid, tinyproxy, microsocks and dante. Those that are not installed are
# left out, and named.
proxies: $(READY)
	$(BIN)/python -m pytest -q -rs -m proxies tests/tunnels $(ARGS)

# The scenarios of one position, or of all of them, played by both: make ask POSITION=tcp-lost
POSITION ?= *
ask: $(READY)
	$(BIN)/whatwg-websockets conformance run $(BOTH) --cases 'position:$(POSITION)' $(ARGS)

# What docs/one-connection.md and docs/one-handshake.md tell, anew; then read those pages again.
recording: $(READY)
	$(BIN)/python docs/recordings/record.py
	$(BIN)/python docs/recordings/record_handshake.py

# The figures, the plot and the table of docs/streams.md, measured anew: a minute, on Linux.
backpressure-plot: $(READY) $(DOCS)
	$(BIN)/python docs/recordings/backpressure.py

# The tables of README and docs, from the runs that are kept; no figure in them is written by hand.
tables: $(READY)
	$(BIN)/python -m benchmarks.readme
	PYTHONPATH=docs/_ext $(BIN)/python -m kept_runs

# Keeps a saved run for them: NAME=client-ws RUN=conformance/reports/run
keep: $(READY)
	PYTHONPATH=docs/_ext $(BIN)/python -m kept_runs keep $(NAME) $(RUN) $(ARGS)

# Which tests ran each step, from what `make test` leaves behind. The docs show it beside the step.
STEP_TESTS := docs/recordings/step-tests.json
keep-steps: $(READY)
	$(BIN)/whatwg-websockets spec coverage --record $(STEP_TESTS) $(ARGS)

# SPEC=FOLDER: a folder of sources of standards (.bs, .html), whose text the pages then show beside the
# steps. A later build without it takes the text away again.
docs: $(READY) $(DOCS)
	@$(BIN)/sphinx-build -n -W --keep-going -j auto -b html \
		$(if $(SPEC),-D 'reading_room_texts=$(SPEC)') docs docs/_build/html

# Opens each page that `make docs` has built in Chromium, as wide as a phone, and follows all links.
docs-check: $(READY)
	cd tests && $(abspath $(BIN))/python -m support.built_docs $(abspath docs/_build/html)

# The two files of a release, looked at as whoever uploads them would.
dist: $(READY) $(DIST)
	rm -rf dist
	$(BIN)/uv build --quiet --python $(BIN)/python
	rm -f dist/.gitignore
	$(BIN)/twine check --strict dist/*
	$(BIN)/check-wheel-contents dist/*.whl

clean:
	rm -rf $(VENV) $(LOWEST) build dist docs/_build docs/standard docs/positions conformance/reports benchmarks/results
	rm -rf .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
