#!/usr/bin/env python3
"""Writes calendar.tsv: what Python's datetime says about civil days.

Run from anywhere, after a change to the columns only: python3 tests/oracles/calendar.py
The choice of days is seeded, so the file comes out the same every time. Columns: ISO date, days since
1970-01-01, weekday (0 is Monday), days in its month, n, the date n days later or "out", a year, the same
month and day in that year or "none" where it does not exist. The name of this file hides the standard
module calendar, which is therefore not used.
"""

import datetime
import pathlib
import random

EPOCH = datetime.date(1970, 1, 1).toordinal()


def days_in_month(year, month):
    if month == 12:
        return 31
    return (datetime.date(year, month + 1, 1) - datetime.date(year, month, 1)).days


def chosen_days(rng):
    days = {datetime.date.min, datetime.date.max}
    turns = {1, 2, 3, 4, 5, 96, 101, 1899, 1970, 2019, 2020, 2021, 2022, 2023, 2024, 9995, 9996, 9998, 9999}
    turns.update(range(100, 10000, 100))
    for year in turns:
        last = days_in_month(year, 2)
        for month, day in ((1, 1), (2, 28), (2, last), (3, 1), (12, 31)):
            days.add(datetime.date(year, month, day))
    while len(days) < 3500:
        days.add(datetime.date.fromordinal(rng.randint(1, datetime.date.max.toordinal())))
    return sorted(days)


def shifted(day, n):
    try:
        return (day + datetime.timedelta(days=n)).isoformat()
    except OverflowError:
        return "out"


def in_year(day, year):
    try:
        return day.replace(year=year).isoformat()
    except ValueError:
        return "none"


def main():
    rng = random.Random("civil days")
    rows = []
    for day in chosen_days(rng):
        n = rng.choice((1, -1, 30, -30, rng.randint(-800, 800), rng.randint(-4000000, 4000000)))
        year = rng.choice((day.year, rng.randint(1, 9999), rng.randint(1, 2499) * 4))
        row = (
            day.isoformat(),
            day.toordinal() - EPOCH,
            day.weekday(),
            days_in_month(day.year, day.month),
            n,
            shifted(day, n),
            year,
            in_year(day, year),
        )
        rows.append("\t".join(map(str, row)))
    target = pathlib.Path(__file__).with_suffix(".tsv")
    target.write_text("\n".join(rows) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
