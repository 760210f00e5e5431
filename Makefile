# Every target works from a fresh clone. Written to: .venv, .tools, $(KETLUAN_HOME), and nowhere else.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

KETLUAN_HOME ?= var
override HOME_DIR := $(abspath $(KETLUAN_HOME))
PYTHON_ENV := .venv/bin/python
SERIES_HOME ?= var-series
TESTS ?= tests
PYTEST_ARGS ?= -n 2 --dist loadfile

export KETLUAN_HOME := $(HOME_DIR)
# Importing Airflow makes a folder: never in the user's home.
export AIRFLOW_HOME := $(HOME_DIR)/airflow
export PYTHONUTF8 := 1

.PHONY: help setup chaos fuzz load screenshots run demo test test-tools lint format score score-formats search-quality bench bench-check series secrets celery smoke clean

help: ## Show this list (danh sách lệnh)
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

setup: ## Make .venv from requirements.lock; quick when nothing changed
	@sh scripts/setup.sh

run: setup ## Start Airflow and the web page on this machine, take in the inbox (Ctrl-C stops all)
	@exec $(PYTHON_ENV) scripts/serve.py

demo: setup ## One run of the nightly DAG without servers, then the report
	@exec $(PYTHON_ENV) scripts/demo.py

test: setup test-tools ## Run every test, real Airflow included (TESTS=path for some)
	@$(PYTHON_ENV) -m pytest $(PYTEST_ARGS) $(TESTS)

test-tools: # what the tests need from apt
	@sh scripts/test_tools.sh

chaos: setup ## Kill 200 runs at steps and random moments: is anything lost? (15 minutes at most)
	@$(PYTHON_ENV) -m benchmarks.killed 200 14

fuzz: setup ## Feed each reader spoilt files for SECONDS=60: does one fail otherwise than it may?
	@$(PYTHON_ENV) -m benchmarks.fuzz $(or $(SECONDS),60)

load: setup ## 50 users on the web page for SECONDS=120, hostile questions and slow clients among them
	@$(PYTHON_ENV) -m benchmarks.load $(or $(SECONDS),120)

lint: setup ## Style, format and types (ruff, mypy)
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@MYPYPATH=scripts:dags .venv/bin/mypy scripts/*.py dags/*.py plugins/*.py

format: setup ## Put the code in the house format
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

score: setup ## How right the extraction is, on notices with their gold beside them
	@$(PYTHON_ENV) -m benchmarks.extraction tests/notices tests/notices/validation
	@$(PYTHON_ENV) -m benchmarks.links

score-formats: setup test-tools ## The same notices in each format, scans included: what does a format cost? (some 10 minutes)
	@$(PYTHON_ENV) -m benchmarks.formats

search-quality: setup test-tools ## How well the search finds what was meant: nDCG and MRR, on a real Elasticsearch
	@$(PYTHON_ENV) -m benchmarks.search_quality

bench: setup test-tools ## How fast, beside Apache Tika and others, into docs/performance (PARTS="reading whole" for some)
	@$(PYTHON_ENV) -m benchmarks.speed $(PARTS)

bench-check: setup test-tools ## Is reading as fast as when it was last measured? Compares ratios, fails where one fell
	@$(PYTHON_ENV) -m benchmarks.speed --check

series: setup ## 24 months of an invented province, in an archive of its own (var-series)
	@sh scripts/series.sh "$(abspath $(SERIES_HOME))"

screenshots: setup test-tools ## Pictures of the web page in docs/screenshots, from the invented series
	@PYTHONPATH=. $(PYTHON_ENV) scripts/screenshots.py

secrets: setup ## Write .env with fresh secrets for docker-compose.yml (never overwrites)
	@$(PYTHON_ENV) scripts/make_secrets.py

celery: setup ## Airflow with Redis and two Celery workers on one inbox, one of them killed (some 10 minutes)
	@sh scripts/celery_env.sh
	@PYTHONPATH=. .tools/celery/bin/python scripts/celery_trial.py

smoke: setup ## The whole stack of docker-compose.yml, tried and taken away again (needs Docker)
	@PYTHONPATH=. $(PYTHON_ENV) scripts/smoke.py

clean: ## Remove .venv, .tools and caches; the archive under KETLUAN_HOME stays
	@rm -rf .venv .tools .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -not -path './var*' -prune -exec rm -rf {} +
