"""Answers from paired runs: pure functions of numbers, without files and without runs."""
