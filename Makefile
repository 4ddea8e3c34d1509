# A dozen words for everything. Needed on the machine: Python 3.11, make, git.
SHELL := /bin/bash
PORT ?= 8000
DATA_DIR ?= .data
SIZES ?= 10000,100000,1000000
# a relative FILE is meant from the caller's folder, also where make was told another one (-C)
TOLD = $(filter -C% --directory%,$(shell tr '\0' ' ' < /proc/$$PPID/cmdline))
FILE_PATH = $(if $(filter /%,$(FILE)),$(FILE),$(if $(TOLD),$(PWD),$(CURDIR))/$(FILE))
PYTHON3 ?= $(shell command -v python3.11 || command -v python3)
PYTHON := .venv/bin/python

.PHONY: help run manage backup restore test e2e check screenshots tasks lighthouse bench install format clean

help:  ## the words of this file
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## */make \1: /'

run: install  ## everything with a demo world; PORT=8000 DATA_DIR=.data
	@exec $(PYTHON) -m config.run serve --with-parent --port "$(PORT)" --data "$(DATA_DIR)"

manage: install  ## a management command on the same services and data; CMD="check" DATA_DIR=.data
	@exec $(PYTHON) -m config.run manage --with-parent --data "$(DATA_DIR)" -- $(CMD)

backup: install  ## database and uploads into one file, while everything runs; FILE=backup.zip DATA_DIR=.data
	@$(if $(FILE),,echo 'Name the file: make backup FILE=backup.zip' >&2; exit 2)
	@exec $(PYTHON) -m config.run manage --with-parent --data "$(DATA_DIR)" -- backup "$(FILE_PATH)"

restore: install  ## everything as it was in that file, while everything runs; asks, unless YES=1; FILE=backup.zip
	@$(if $(FILE),,echo 'Name the file: make restore FILE=backup.zip' >&2; exit 2)
	@exec $(PYTHON) -m config.run manage --with-parent --data "$(DATA_DIR)" -- restore "$(FILE_PATH)" $(if $(filter 1 yes,$(YES)),--yes)

test: install  ## the whole suite on embedded PostgreSQL and Redis; ARGS="..." for pytest
	@exec $(PYTHON) -m config.services test -- $(PYTHON) -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

e2e: install  ## the browser tests alone, pages of the demo world included; ARGS="..." for pytest
	@$(MAKE) --no-print-directory test ARGS="-m browser $(ARGS)"

check: install  ## format, lint, import contracts, missing migrations, translations, tests
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	.venv/bin/lint-imports --no-cache
	$(PYTHON) -m config.services test -- $(PYTHON) manage.py makemigrations --check --dry-run
	$(PYTHON) -m config.translations check
	$(MAKE) --no-print-directory test

screenshots: install  ## every page type of every role into docs/screenshots; ARGS="--only REGEX"; ARGS=--guide for docs/guide
	@exec $(PYTHON) -m config.services test -- $(PYTHON) -m config.quality.screenshots $(ARGS)

tasks: install  ## plays the main tasks in a browser and counts clicks, keys, pages and seconds into docs/tasks.md
	@exec $(PYTHON) -m config.services test -- $(PYTHON) -m config.quality.tasks $(ARGS)

lighthouse: install  ## Lighthouse on the main pages; fetches it with npm (Node.js 18 or later)
	@exec $(PYTHON) -m config.services test -- $(PYTHON) -m config.quality.lighthouse $(ARGS)

bench: install  ## what pages cost, against two floors; SIZES=1000,100000 OUT=bench.json KEEP=folder; NIGHT=1: supervision
	@exec $(PYTHON) -m $(if $(NIGHT),config.bench.supervision,config.bench --sizes "$(SIZES)" $(if $(KEEP),--keep "$(KEEP)")) $(if $(OUT),--out "$(OUT)")

format:  ## put the source in form
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

clean:  ## remove what was installed (never the data)
	rm -rf .venv node_modules

install: .venv/installed locale/zh_Hans/LC_MESSAGES/django.mo  ## packages, front-end files, message catalogue

.venv/installed: requirements.txt package.json package-lock.json
	@test -x $(PYTHON) || { echo "Creating .venv"; $(PYTHON3) -c "import sys; sys.exit(sys.version_info < (3, 11))" \
		&& $(PYTHON3) -m venv .venv; } || { rm -rf .venv; \
		echo "Python 3.11 with its venv module is needed (Debian: apt-get install python3-venv)."; exit 1; }
	@echo "Installing Python packages"
	@grep -E "^uv==" requirements.txt | $(PYTHON) -m pip install --quiet --requirement /dev/stdin
	@$(PYTHON) -m uv pip install --quiet --system-certs --compile-bytecode --python $(PYTHON) -r requirements.txt
	@$(PYTHON) -m config.install
	@touch $@

locale/zh_Hans/LC_MESSAGES/django.mo: locale/zh_Hans/LC_MESSAGES/django.po .venv/installed
	@$(PYTHON) -m config.translations compile
	@touch $@
