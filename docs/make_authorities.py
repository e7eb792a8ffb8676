"""Write model/redbead/data/authorities.csv from the files of the publishers.

    python docs/make_authorities.py FOLDER

FOLDER contains dfe_csww_indicators_2017_2025.csv and dfe_demand_panel_2013_2025.csv, which
model/redbead/data/PROVENANCE.md describes. Suppressed figures keep the publisher's mark of one or two letters; nothing is
imputed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import pandas as pd

YEAR: Final = 2025
TABLE: Final = Path(__file__).resolve().parents[1] / "model" / "redbead" / "data" / "authorities.csv"
COLUMNS: Final = {
    "new_la_code": "code", "la_name": "name", "region_name": "region", "case_holders_fte": "case_holders",
    "caseload_fte": "caseload", "turnover_rate_fte": "turnover", "vacancy_rate_fte": "vacancy",
    "agency_rate_fte": "agency", "absence_rate_fte": "absence",
}  # fmt: skip


def main(folder: Path) -> None:
    """Join both files, select the columns, and write the table in order of names."""
    staff = pd.read_csv(folder / "dfe_csww_indicators_2017_2025.csv", dtype=str)
    staff = staff[(staff["geographic_level"] == "Local authority") & (staff["time_period"] == str(YEAR))]
    demand = pd.read_csv(folder / "dfe_demand_panel_2013_2025.csv")
    demand = demand[(demand["level"] == "LA") & (demand["year"] == YEAR)].set_index("la_name")
    table = staff.rename(columns=COLUMNS)[list(COLUMNS.values())]
    for column, name, form in (
        ("referral_count", "referrals", "{:.0f}"),
        ("rereferral_percent", "rereferral", "{:.1f}"),
        ("child_population", "children", "{:.0f}"),
    ):
        values = table["name"].map(demand[column])
        table[name] = [form.format(v) if pd.notna(v) else "z" for v in values]
    table = table.sort_values("name")
    TABLE.write_text(table.to_csv(index=False, lineterminator="\n"), encoding="utf-8")
    print(f"{TABLE.name}: {len(table)} authorities")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
