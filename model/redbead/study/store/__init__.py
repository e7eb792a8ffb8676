"""Runs on disk that survive a kill: chunks, a journal that acknowledges them, a lock."""
