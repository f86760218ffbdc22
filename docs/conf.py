project = "Surefoot"
author = "The Surefoot developers"
copyright = "2026, The Surefoot developers"
extensions = ["myst_parser"]
myst_heading_anchors = 3
html_theme = "pydata_sphinx_theme"
exclude_patterns = ["_build"]
