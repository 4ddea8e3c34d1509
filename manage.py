#!/usr/bin/env python
"""Django's command line. Commands that change tables run as the owner role of the database."""

import os
import sys

from django.core.management import execute_from_command_line

OWNER_COMMANDS = {"migrate", "makemigrations", "sqlmigrate", "flush", "make_world", "restore"}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if OWNER_COMMANDS & set(sys.argv[1:2]):
        os.environ["DATABASE_ROLE"] = "owner"
    execute_from_command_line(sys.argv)
