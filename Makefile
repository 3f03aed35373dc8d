# Each target runs in .venv, an environment of this project, which is made when it is first needed.
#
#   make test               runs all tests, and measures the coverage
#   make lint types spec    checks the form, the types, and the step comments
#   make lowest             runs some tests with the lowest dependencies
#   make conformance        plays the 517 cases of the embedded suite
#   make autobahn           plays the 517 cases of the real suite, in minutes
#   make wpt                runs web-platform-tests: make wpt WPT=CHECKOUT
#   make docs               builds the docs; SPEC=DIR adds the standards' texts
#   make docs-check         finds broken links, and what a phone cuts off
#   make dist               builds and checks the files of a release
#
#   make agreement          compares the verdicts of the two suites
#   make agreement-record   records the real suite's verdicts again, in hours
#   make differential       compares this implementation with Chromium
#   make ask                plays the scenarios of open questions in Chromium
#   make mutants            finds steps whose removal no test notices
#   make soak               runs random pages against random servers
#   make proxies            connects through four proxies, if installed
#   make backpressure       sends 1 GiB to a slow reader; measures the memory
#   make bench              measures the speed, and that of other libraries
#   make bench-conformance  measures how long both suites take
#   make keep-steps         records which tests ran each step, after make test
#   make tables             writes the tables of README and docs
#   make recording          records the connections that the docs show
#   make backpressure-plot  measures the memory that docs/streams.md plots
#   make clean              removes what was made

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

# Sphinx, other WebSocket implementations, and the programs that check a wheel are installed by the
# first target that needs them.
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

# The package and the benchmarks are checked strictly, and the tests as pyproject.toml says. The judge's
# tests are checked separately, since a folder of tests imports its own modules by their bare names.
types: $(READY) $(DOCS) $(PEERS)
	$(BIN)/mypy
	$(BIN)/mypy --package benchmarks
	MYPYPATH=tests $(BIN)/mypy --config-file tests/mypy.ini --exclude '^tests/(conformance|types)/' tests
	MYPYPATH=tests:tests/conformance:tests/conformance/fakes:tests/conformance/fuzzing:tests/conformance/report \
		$(BIN)/mypy --config-file tests/mypy.ini tests/conformance

# Compares the step comments of src/ with the index of the standards.
spec: $(READY)
	$(BIN)/whatwg-websockets spec check $(ARGS)

# Runs the tests, one process for each processor, and then checks the coverage. If ARGS names some of
# the tests, the coverage is not checked. WORKERS=0 runs the tests one after the other in one process,
# for a debugger.
#
# Bytecode is written whatever the environment says: otherwise each process that the tests start
# compiles what it loads, and collecting the tests takes 9 s instead of 3.
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

# The tests have to run every branch of src/, and of the judge's wire and cases, and 95 % of the judge.
coverage: $(READY)
	$(BIN)/coverage report --include='src/*,docs/*,$(JUDGE)/wire/*,$(JUDGE)/cases/*'
	$(BIN)/coverage report --include='$(JUDGE)/*' --fail-under=95

# Runs the tests of what depends on other packages with the lowest versions that pyproject.toml allows,
# in a fresh environment.
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

# Plays the embedded suite with this implementation, without a network, Docker and Python 2.
conformance: $(READY)
	@status=0; $(BIN)/whatwg-websockets conformance run $(ARGS) || status=$$?; \
	echo "That was the embedded suite. The real Autobahn suite, which takes minutes: make autobahn"; \
	exit $$status

# Plays the whole real Autobahn suite with this implementation.
autobahn: $(READY)
	$(AUTOBAHN) $(ARGS)

# Does the same, but prints a notice and passes on a machine that has neither a Docker engine nor a
# Python 2.7. If the machine has one of them, the suite has to be installed with it, and has to pass.
autobahn-if-possible: $(READY)
	@status=0; $(BIN)/python -m websocket_conformance.autobahn || status=$$?; \
	case $$status in \
	0) set -x; $(AUTOBAHN) $(ARGS) ;; \
	3) echo "Left out: make autobahn, as there is neither a Docker engine nor a Python 2.7 here." ;; \
	*) exit $$status ;; \
	esac

# Runs web-platform-tests with this implementation, from the checkout in WPT, or from the one that
# ARGS=--fetch has fetched.
export WPT
wpt: $(READY)
	$(BIN)/whatwg-websockets conformance run --suite wpt --report-dir conformance/reports/wpt $(ARGS)

# Counts again how many subtests each page has, in a report of web-platform-tests: make wpt-counts
# WPT=PATH RUN=conformance/reports/wpt/wpt/wptreport.json FROM="web-platform-tests of May 2024"
wpt-counts: $(READY)
	$(BIN)/python -m websocket_conformance.wpt.counts $(WPT) '$(FROM)' $(RUN)

# Compares the embedded suite's verdicts on all testees with the recorded ones of the real suite.
agreement: $(READY) $(PEERS)
	$(BIN)/python -m agreement compare $(ARGS)

# Records the real suite's verdicts again in conformance/agreement/recorded: hours for all testees.
agreement-record: $(READY) $(PEERS)
	$(BIN)/python -m agreement record $(ARGS)

# Plays the scenarios at the API here and in Chromium (CHROMIUM=...), and prints where they differ.
BOTH := --suite api --implementation whatwg-websockets --implementation chromium
differential: $(READY)
	$(BIN)/whatwg-websockets conformance run $(BOTH) $(ARGS)

# The version of an editable installation is that of the commit at which it was installed.
CURRENT = $(PIP) install --editable . --no-deps

bench: $(READY) $(PEERS)
	$(CURRENT)
	$(BIN)/python -m benchmarks $(ARGS)

# Measures how long the embedded and the real suite take with this implementation: ten minutes or more.
bench-conformance: $(READY) $(PEERS)
	$(CURRENT)
	$(BIN)/python -m benchmarks.conformance $(ARGS)

# Removes each step in turn, and records whether a test fails. Which tests run each step is known from
# the data that `make test` leaves. The docs show the record beside each step. ARGS="--algorithm close"
# is for one algorithm; ARGS=--only-new leaves out what the record has.
MUTANTS := docs/recordings/mutants.json
mutants: $(READY) $(DOCS) $(PEERS)
	$(BIN)/whatwg-websockets spec mutate --record $(MUTANTS) $(ARGS)

# Runs random pages against random servers; ARGS="--minutes 5 --loop uvloop --tls". Each fault is
# printed with its seed.
soak: $(READY)
	cd tests && $(abspath $(BIN))/python -W error -m support.soak $(ARGS)

# A server in another process offers 1 GiB to a stream that is read slowly. The command checks that
# every byte arrives, and measures the memory.
backpressure: $(READY)
	cd tests && $(abspath $(BIN))/python -m support.backpressure $(ARGS)

# Runs the tests with real proxies: squid, tinyproxy, microsocks and dante. Proxies that are not
# installed are named, and their tests are skipped.
proxies: $(READY)
	$(BIN)/python -m pytest -q -rs -m proxies tests/tunnels $(ARGS)

# Plays the scenarios of one position, or of all, here and in Chromium: make ask POSITION=tcp-lost
POSITION ?= *
ask: $(READY)
	$(BIN)/whatwg-websockets conformance run $(BOTH) --cases 'position:$(POSITION)' $(ARGS)

# Records again what docs/one-connection.md and docs/one-handshake.md show; read those pages afterwards.
recording: $(READY)
	$(BIN)/python docs/recordings/record.py
	$(BIN)/python docs/recordings/record_handshake.py

# Measures again the figures, the plot and the table of docs/streams.md: a minute, on Linux.
backpressure-plot: $(READY) $(DOCS)
	$(BIN)/python docs/recordings/backpressure.py

# Writes the tables of README and docs from the runs that are kept; no figure in them is typed.
tables: $(READY)
	$(BIN)/python -m benchmarks.readme
	PYTHONPATH=docs/_ext $(BIN)/python -m kept_runs

# Keeps a saved run for the tables: NAME=client-ws RUN=conformance/reports/run
keep: $(READY)
	PYTHONPATH=docs/_ext $(BIN)/python -m kept_runs keep $(NAME) $(RUN) $(ARGS)

# Records which tests ran each step, from the data that `make test` leaves. The docs show the tests.
STEP_TESTS := docs/recordings/step-tests.json
keep-steps: $(READY)
	$(BIN)/whatwg-websockets spec coverage --record $(STEP_TESTS) $(ARGS)

# SPEC=FOLDER: a folder of sources of standards (.bs, .html), whose text the pages then show beside the
# steps. A later build without it takes the text away again.
docs: $(READY) $(DOCS)
	@$(BIN)/sphinx-build -n -W --keep-going -j auto -b html \
		$(if $(SPEC),-D 'reading_room_texts=$(SPEC)') docs docs/_build/html

# Opens in Chromium each page that `make docs` has built, as wide as a phone, and follows all links.
docs-check: $(READY)
	cd tests && $(abspath $(BIN))/python -m support.built_docs $(abspath docs/_build/html)

# Builds the two files of a release, and checks them as before an upload.
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
