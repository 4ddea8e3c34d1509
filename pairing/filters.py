"""Filters of the lists (django-filter), over visible_to alone; they live in the address."""
