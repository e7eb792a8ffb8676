"""Oversight: inspection, grades and their consequences, government takeover, and publicity."""
