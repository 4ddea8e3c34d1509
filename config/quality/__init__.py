"""Pages examined from outside: accessibility, valid HTML, weight, Lighthouse, screenshots, the cost of the main tasks.

All of it looks at one demo world behind a real web server (site.py) through one table of page types (catalogue.py).
"""
