"""npm's files are served under their own names, and only those that pages load."""

import pytest
from django.contrib.staticfiles import finders

from config.frontend import FILES, FrontendFinder


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_found(name):
    assert finders.find(name).endswith(FILES[name])


def test_nothing_else_of_node_modules_is_offered():
    finder = FrontendFinder()
    assert not finder.find("echarts/package.json")
    assert [name for name, _storage in finder.list([])] == list(FILES)
