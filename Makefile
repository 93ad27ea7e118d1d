# make demo   one command from a fresh clone to a running hub with real video
# make test   one command to the tests that any machine can run
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
export UV_PYTHON_DOWNLOADS ?= never
export PYTHONASYNCIODEBUG ?=
# For pytest alone: the hub refuses HUB_ variables that are no settings.
unexport HUB_NO_SKIPS

UV := $(shell command -v uv || echo .tools/bin/uv)
NPM := command_center/console/npm
HUB := .venv/bin/hub
PYTEST := HUB_NO_SKIPS=$(HUB_NO_SKIPS) .venv/bin/pytest
APT := DEBIAN_FRONTEND=noninteractive apt-get -qq
CONSOLE_SOURCES := $(shell find command_center/console -type f -not -path '*/node_modules/*' 2>/dev/null)

.PHONY: help setup console assets demo run test test-python test-console check test-all browser kafka bench image clean

help: ## what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

# ── setting up: each step is done once and skipped while it is fresh

.tools/bin/uv:
	@echo "── uv (Python packages by lock file)"
	@python3 -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@python3 -m venv .tools || { echo "python3 has no venv module: on Debian or Ubuntu, apt install python3-venv"; exit 1; }
	@.tools/bin/pip install --quiet --disable-pip-version-check 'uv>=0.8,<1'

.venv/.synced: pyproject.toml uv.lock | $(filter .tools/bin/uv,$(UV))
	@echo "── virtual environment"
	@$(UV) sync --frozen --inexact
	@touch $@

command_center/console/node_modules/.installed: command_center/console/package-lock.json | .venv/.synced
	@echo "── console: packages"
	@$(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

command_center/static/index.html: command_center/console/node_modules/.installed $(CONSOLE_SOURCES)
	@echo "── console: build"
	@$(NPM) run --silent build
	@touch $@

setup: .venv/.synced console assets ## everything a first start needs

console: command_center/static/index.html ## build the console

assets: .venv/.synced ## the starter model and the demo's footage
	@$(HUB) assets

# ── running

demo: setup ## a fictitious county town with real video; Ctrl-C stops it
	@exec $(HUB) up --demo

run: setup ## the hub with your own streams.yaml
	@exec $(HUB) up

# ── checking

test: setup test-python test-console ## the tests any machine can run

test-python: .venv/.synced
	@$(PYTEST) -m 'not kafka and not browser and not demo'

test-console: command_center/console/node_modules/.installed
	@$(NPM) run --silent test

check: .venv/.synced command_center/console/node_modules/.installed ## lint, types, import law, stale generated files
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@$(HUB) schemas check
	@$(NPM) run --silent check

browser: ## Chromium from the distribution
	@command -v chromium chromium-browser google-chrome >/dev/null || { \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null || { echo "install Chromium: apt install chromium fonts-noto-cjk"; exit 1; }; \
	  echo "── Chromium"; $(APT) update; $(APT) install -y chromium fonts-noto-cjk >/dev/null; }

kafka: .venv/.synced ## Apache Kafka for the tests
	@{ command -v java && command -v mvn; } >/dev/null || { \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null || { echo "install a Java runtime (17 or newer) and Maven: apt install default-jre-headless maven"; exit 1; }; \
	  echo "── Java and Maven"; $(APT) update; $(APT) install -y default-jre-headless maven >/dev/null; }
	@.venv/bin/python -m tests.kafka_server fetch

test-all: setup browser kafka test-console ## also Chromium, Apache Kafka and the whole demo
	@$(PYTEST)

bench: setup browser ## every benchmark, as JSON
	@$(HUB) bench all --json

image: ## the container image (needs a container engine)
	@docker build -t city-event-hub .

clean: ## everything that was made here; data/ stays
	@rm -rf .venv .tools command_center/static command_center/console/node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
