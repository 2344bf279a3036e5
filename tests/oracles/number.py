#!/usr/bin/env python3
"""Writes number.tsv: what Python's decimal and fractions say about exact arithmetic.

Run from anywhere, after a change to the rows only: python3 tests/oracles/number.py
Operands are seeded, so the file comes out the same every time. The first column names the operation:

  parse     text  scale  mantissa | malformed | decimals | large
  literal   text  mantissa  scale  (what num_parse_literal reads)
  format    mantissa  scale  text
  add, sub, mul  a  b  result | overflow
  compare   a  scale  b  scale  order
  rescale   v  from  to  result | overflow
  fnumber   mantissa  scale  fraction
  fadd, fsub, fmul, fdiv  a  b  fraction | overflow | zero
  fcompare  a  b  order
  fround    fraction  digits  half | down | up  mantissa | overflow
"""

import decimal
import pathlib
import random
import re
from fractions import Fraction

LIMIT = 10**18 - 1
WIDE = 2**127 - 1
MODES = {"half": decimal.ROUND_HALF_UP, "down": decimal.ROUND_DOWN, "up": decimal.ROUND_UP}
JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")

# Enough digits that a quotient of two 127-bit integers cannot look like a half without being one.
decimal.getcontext().prec = 400


def sign(value):
    return (value > 0) - (value < 0)


def limited(value):
    return value if abs(value) <= LIMIT else "overflow"


def mantissa(rng):
    any_length = rng.randint(0, 10 ** rng.randint(1, 18) - 1)
    size = rng.choice((rng.randint(0, 20), any_length, LIMIT - rng.randint(0, 2)))
    return rng.choice((1, -1)) * size


def number_text(rng):
    whole = str(rng.randint(0, 10 ** rng.randint(1, 19) - 1))
    part = "".join(rng.choice("0123456789") for _ in range(rng.randint(0, 6)))
    part += "0" * rng.choice((0, 0, 2, 15))
    text = rng.choice(("", "", "-")) + whole + ("." + part if part else "")
    if rng.random() < 0.15:
        at = rng.randint(0, len(text))
        text = text[:at] + rng.choice("+-.,eEx 0") + text[at:]
    return text


def parsed(text, scale):
    if not JSON_NUMBER.fullmatch(text):
        return "malformed"
    value = decimal.Decimal(text).scaleb(scale)
    if value != value.to_integral_value():
        return "decimals"
    return int(value) if abs(value) <= LIMIT else "large"


def decimals(rng):
    for _ in range(700):
        text, scale = number_text(rng), rng.choice((0, 1, 2, 2, 4, 10, 18))
        yield "parse", text, scale, parsed(text, scale)
    for _ in range(200):
        m, scale = mantissa(rng), rng.randint(0, 18)
        text = format(decimal.Decimal(m).scaleb(-scale), "f")
        yield "format", m, scale, text
        yield "literal", text, m, scale
    for _ in range(200):
        a, b = mantissa(rng), mantissa(rng)
        yield "add", a, b, limited(a + b)
        yield "sub", a, b, limited(a - b)
        small = mantissa(rng) % 10**9
        yield "mul", small, b, limited(small * b)
    for _ in range(300):
        a, sa, sb = mantissa(rng), rng.randint(0, 18), rng.randint(0, 18)
        near = int(decimal.Decimal(a).scaleb(sb - sa).to_integral_value()) + rng.randint(-1, 1)
        b = near if abs(near) <= LIMIT and rng.random() < 0.7 else mantissa(rng)
        order = sign(decimal.Decimal(a).scaleb(-sa) - decimal.Decimal(b).scaleb(-sb))
        yield "compare", a, sa, b, sb, order
        low, high = sorted((sa, sb))
        yield "rescale", a, low, high, limited(a * 10 ** (high - low))


def fraction(rng, bits):
    num = rng.randint(0, 2 ** rng.randint(1, bits) - 1)
    den = rng.randint(1, 2 ** rng.randint(1, bits) - 1)
    return Fraction(rng.choice((1, -1)) * num, den)


def written(value):
    return str(value) if abs(value.numerator) <= WIDE and value.denominator <= WIDE else "overflow"


def pair(rng):
    bits = rng.choice((4, 20, 63, 64, 65, 90, 127))
    a, b = fraction(rng, bits), fraction(rng, bits)
    if rng.random() < 0.3:
        # Operands with a wide common denominator: their sum often fits though its parts do not.
        den = rng.randint(2**110, 2**126)
        a, b = Fraction(rng.randint(-(2**120), 2**120), den), Fraction(rng.randint(-(2**120), 2**120), den)
    if rng.random() < 0.2:
        # A sum that is simple again.
        simple = fraction(rng, 6)
        other = simple - a
        if written(other) != "overflow":
            b = other
    return a, b


def cancelling_pair(rng):
    """Wide fractions whose sum needs more than 128 bits until a part they share cancels."""
    shared = rng.randint(2**60, 2**70) | 1
    left, right = rng.randint(2**35, 2**50), rng.randint(2**35, 2**50)
    part = Fraction(rng.randint(1, shared - 1), shared)
    a = Fraction(rng.randint(-left, left), left) + part
    b = Fraction(rng.randint(-right, right), right) - part
    return rng.choice(((a, b), (b, a), (-a, -b)))


def nearly(rng, a):
    """A fraction as close to `a` as one of its size can be, from the continued fraction."""
    return a.limit_denominator(max(1, a.denominator - 1)) if rng.random() < 0.5 else a


def fractions(rng):
    for _ in range(150):
        m, scale = mantissa(rng), rng.randint(0, 18)
        yield "fnumber", m, scale, Fraction(m, 10**scale)
    for _ in range(200):
        a, b = cancelling_pair(rng)
        yield "fadd", a, b, written(a + b)
        yield "fsub", a, -b, written(a + b)
    for _ in range(500):
        a, b = pair(rng)
        yield "fadd", a, b, written(a + b)
        yield "fsub", a, b, written(a - b)
        yield "fmul", a, b, written(a * b)
        yield "fdiv", a, b, written(a / b) if b else "zero"
        yield "fcompare", a, b, sign(a - b)
        close = nearly(rng, a)
        yield "fcompare", a, close, sign(a - close)
    for _ in range(500):
        digits = rng.randint(0, 18)
        x = fraction(rng, rng.choice((6, 30, 60, 127)))
        if rng.random() < 0.3:
            x = Fraction(2 * mantissa(rng) + 1, 2 * 10**digits)
        exact = decimal.Decimal(x.numerator) / decimal.Decimal(x.denominator)
        for name, mode in MODES.items():
            step = exact.scaleb(digits).quantize(decimal.Decimal(1), rounding=mode)
            yield "fround", x, digits, name, limited(int(step))


def main():
    rng = random.Random("exact numbers")
    rows = ["\t".join(map(str, row)) for make in (decimals, fractions) for row in make(rng)]
    target = pathlib.Path(__file__).with_suffix(".tsv")
    target.write_text("\n".join(rows) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
