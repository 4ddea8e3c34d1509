"""Organisations, units, posts, people and seats from one spreadsheet.

template.py   the sheets and columns: what a file looks like (docs/organisation-template.md is made from it)
cells.py      one cell to one value, or a sentence why not
files.py      .xlsx or .csv to rows of values
checking.py   rows against each other and against what is there: references, circles, doubles
writing.py    rows into the database, in one transaction, each change recorded
"""
