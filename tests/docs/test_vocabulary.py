"""Plain English: no tracked text file contains a phrase that ``docs/vocabulary.yaml`` lists."""

import re
import subprocess
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
LIST = ROOT / "docs" / "vocabulary.yaml"
VOCABULARY = yaml.load(LIST.read_text(encoding="utf-8"), yaml.CSafeLoader)
MOST_EXCEPTIONS = 30
NOT_PROSE = {".png", ".csv", ".bib", ".lock", ".json"}
QUOTES_THE_WORDS = {"docs/vocabulary.yaml", "tests/docs/test_vocabulary.py", "LICENSE", "constraints.txt"}


def tracked_files():
    """Every tracked text file whose prose is ours."""
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    return [
        name
        for name in names
        if name and Path(name).suffix not in NOT_PROSE and name not in QUOTES_THE_WORDS and (ROOT / name).is_file()
    ]


def refused(text, name, vocabulary=VOCABULARY):
    """The refused phrases in a text, with their line numbers."""
    excused = [item["text"] for item in vocabulary.get("exceptions", []) if item["file"] == name]
    matches = []
    small_letters = text.lower()
    entries = [entry for entry in vocabulary["patterns"] if re.search(entry.get("files", ""), name)]
    everywhere = [entry for entry in entries if "files" not in entry]
    if everywhere and not re.search("|".join(f"(?:{entry['pattern']})" for entry in everywhere), small_letters):
        entries = [entry for entry in entries if "files" in entry]  # one search is eight times as fast as one for each
    for entry in entries:
        if not re.search(entry["pattern"], small_letters):  # several times as fast as a search that ignores case
            continue
        pattern = re.compile(entry["pattern"], re.IGNORECASE)
        for number, line in enumerate(text.splitlines(), 1):
            if not pattern.search(line):
                continue
            rest = line
            for allowed in (*entry.get("allowed", []), *(re.escape(text) for text in excused)):
                rest = re.sub(allowed, "", rest)
            if match := pattern.search(rest):
                matches.append(f"{name}:{number}: {match.group()!r}: write {entry['write']}")
    return matches


def test_every_file_uses_standard_terms():
    names = tracked_files()
    assert len(names) > 100
    matches = [match for name in names for match in refused((ROOT / name).read_text(encoding="utf-8"), name)]
    assert matches == []


def test_patterns_are_in_small_letters():
    """Texts are searched in small letters first; a class such as ``\\S`` is allowed."""
    for entry in VOCABULARY["patterns"]:
        pattern = re.sub(r"\\[A-Z]", "", entry["pattern"])
        assert pattern == pattern.lower()


def test_a_refused_word_is_reported_with_its_line_and_a_replacement():
    vocabulary = {"patterns": [{"pattern": r"\bdice\b", "write": "rng"}]}
    assert refused("plain\nthe same dice\n", "a.md", vocabulary) == ["a.md:2: 'dice': write rng"]


def test_ordinary_english_around_a_word_is_allowed():
    vocabulary = {"patterns": [{"pattern": r"\bthe face\b", "write": "API", "allowed": ["in the face of"]}]}
    assert refused("in the face of doubt", "a.md", vocabulary) == []
    assert len(refused("in the face of doubt, by the face", "a.md", vocabulary)) == 1


def test_exceptions_are_few_and_have_reasons():
    exceptions = VOCABULARY["exceptions"]
    assert len(exceptions) <= MOST_EXCEPTIONS
    for item in exceptions:
        assert item["reason"]
        assert item["text"] in (ROOT / item["file"]).read_text(encoding="utf-8")
