"""Write the documents that are made of the code: docs/odd.md, parameters.md, assumptions.md, stress-abs.md and so on.

python docs/make_documents.py
"""

from __future__ import annotations

from pathlib import Path

from redbead.report.documents import DOCUMENTS

DOCS = Path(__file__).resolve().parent

if __name__ == "__main__":
    for name, document in DOCUMENTS.items():
        (DOCS / f"{name}.md").write_text(document.make(), encoding="utf-8")
        print(f"{name}.md")
