"""Leaving at any time: everything of a programme in one .zip that is read without us (spreadsheets, texts, files)."""
