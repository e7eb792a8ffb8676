"""Report of a comparison: sentences, tables, figures and page."""
