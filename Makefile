# Ten words for everything. Needed on the machine: Python 3.11, make, git.
SHELL := /bin/bash
PORT ?= 8000
DATA_DIR ?= .data
PYTHON3 ?= $(shell command -v python3.11 || command -v python3)
PYTHON := .venv/bin/python

.PHONY: help run test check manage install format clean

help:  ## what can be said
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*##/make \1 —/'

.venv/installed: requirements.txt package.json package-lock.json
	@test -x $(PYTHON) || { echo "Creating .venv"; $(PYTHON3) -m venv .venv; }
	@echo "Installing Python packages"
	@$(PYTHON) -m uv --version >/dev/null 2>&1 || \
		$(PYTHON) -m pip install --quiet "$$(grep -oE '^uv==[0-9.]+' requirements.txt)"
	@$(PYTHON) -m uv pip install --quiet --python $(PYTHON) -r requirements.txt
	@$(PYTHON) -m config.install
	@touch $@

install: .venv/installed  ## packages, front-end files

test: .venv/installed  ## the whole suite on embedded PostgreSQL and Redis (ARGS="…" for pytest)
	@$(PYTHON) -m config.services test -- $(PYTHON) -m pytest -n auto $(ARGS)
