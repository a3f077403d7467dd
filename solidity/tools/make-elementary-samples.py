#!/usr/bin/env python3
"""Usage: make-elementary-samples.py    writes ../testdata/elementary/{exp,log,tanh,erf,sin,cos}.sample.txt.

Inputs from the whole range, the edges and the thresholds, each with the correctly rounded binary32 result. The
values of exp, log and tanh come from Python's decimal module, whose exp and ln are themselves correctly rounded, to
70 digits or more; those of erf, sin and cos from their Taylor series in integers of more than 600 bits, a method of
their own. All are rounded to binary32 with exact rational arithmetic. The hard cases beside (FN.hard.txt), which
another library made, are evaluated too and must agree. Deterministic: the same files every time.
"""
import math
import random
import struct
from decimal import Decimal, getcontext, localcontext
from fractions import Fraction
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent.parent / "testdata" / "elementary"
NAN, INFINITY, SIGN = 0x7FC00000, 0x7F800000, 0x80000000
DIGITS = 70
SAMPLES = 20_000

getcontext().prec = DIGITS
getcontext().Emax, getcontext().Emin = 10**9, -(10**9)


def exact(bits):
    """The value of a finite float."""
    exponent, fraction = bits >> 23 & 0xFF, bits & 0x7FFFFF
    value = Fraction(fraction | (0x800000 if exponent else 0)) * Fraction(2) ** (max(exponent, 1) - 150)
    return -value if bits & SIGN else value


def to_decimal(value):
    """A dyadic fraction as a decimal, exactly."""
    with localcontext() as context:
        context.prec = 400
        return Decimal(value.numerator) / Decimal(value.denominator)


def nearest(value):
    """The float nearest to a rational that is not zero, ties to even."""
    sign, value = (SIGN, -value) if value < 0 else (0, value)
    low, high = 0, INFINITY  # bit patterns of positive floats are in the order of their values
    while high - low > 1:  # exact(low) <= value < exact(high), with infinity for 2^128
        middle = (low + high) // 2
        if exact(middle) <= value:
            low = middle
        else:
            high = middle
    next_up = Fraction(2) ** 128 if high == INFINITY else exact(high)
    twice = 2 * value - exact(low) - next_up
    # A decimal of 70 digits is not the value itself: it must be clear on which side of the halfway point it lies.
    assert abs(twice) > value * Fraction(10) ** (5 - DIGITS), "too near to a halfway point"
    return sign | (high if twice > 0 else low)


def exp(bits):
    if bits & ~SIGN > INFINITY:
        return NAN
    if bits & ~SIGN == INFINITY:
        return 0 if bits & SIGN else INFINITY
    x = exact(bits)
    if x == 0:
        return 0x3F800000
    if abs(x) > 1000:  # far beyond what overflows or vanishes
        return 0 if x < 0 else INFINITY
    if abs(x) < Fraction(2) ** -60:  # too small for the digits, and plainly nearest to 1
        return 0x3F800000
    return nearest(Fraction(to_decimal(x).exp()))


def log(bits):
    if bits & ~SIGN > INFINITY:
        return NAN
    if bits & ~SIGN == 0:
        return SIGN | INFINITY
    if bits & SIGN:
        return NAN
    if bits == INFINITY:
        return INFINITY
    if bits == 0x3F800000:
        return 0
    return nearest(Fraction(to_decimal(exact(bits)).ln()))


def tanh(bits):
    if bits & ~SIGN > INFINITY:
        return NAN
    sign, magnitude = bits & SIGN, bits & ~SIGN
    if magnitude == 0:
        return bits
    if magnitude > 0x42C80000:  # 100, far beyond where it is 1
        return sign | 0x3F800000
    with localcontext() as context:
        context.prec = 3 * DIGITS  # e^2x - 1 is 2^-148 at least: some 45 digits cancel
        power = (2 * to_decimal(exact(magnitude))).exp()
        return sign | nearest(Fraction(power - 1) / Fraction(power + 1))


# Fixed point for the series: so many fractional bits. The least result but 0 is near 2^-149, and the integer parts
# stay below 2^60, so that results have some 500 good bits.
FRACTION_BITS = 700


def machin():
    """pi = 4 (4 arctan(1/5) - arctan(1/239)), right but for the last few of the bits."""

    def arctan(n):
        total, power, k = 0, (1 << FRACTION_BITS) // n, 0
        while power:
            total += (-power if k & 1 else power) // (2 * k + 1)
            power //= n * n
            k += 1
        return total

    return 4 * (4 * arctan(5) - arctan(239))


PI = machin()


def series(square, divisor):
    """1 - square/divisor(0) + square^2/(divisor(0) divisor(1)) - ..., all in fixed point."""
    total, term, k = 0, 1 << FRACTION_BITS, 0
    while term:
        total += term
        term = -(term * square >> FRACTION_BITS) // divisor(k)
        if term == -1:  # // rounds down: of a negative number it never gets to 0
            break
        k += 1
    return total


def erf(bits):
    if bits & ~SIGN > INFINITY:
        return NAN
    sign, magnitude = bits & SIGN, bits & ~SIGN
    if magnitude == 0:
        return bits
    if magnitude > 0x40C00000:  # 6, far beyond where it is 1
        return sign | 0x3F800000
    x = exact(magnitude)
    square = (x * x * (1 << FRACTION_BITS)).__floor__()
    total, term, n = 0, 1 << FRACTION_BITS, 0
    while abs(term) > 1:  # (-x^2)^n/n!, of which 1/(2n + 1) counts
        total += term // (2 * n + 1)
        n += 1
        term = -(term * square >> FRACTION_BITS) // n
    root = math.isqrt(PI << FRACTION_BITS)
    return sign | nearest(2 * x * Fraction(total, root))


def circular(bits, quarters):
    """sin(x + quarters pi/2)"""
    if bits & ~SIGN >= INFINITY:
        return NAN
    x = exact(bits)
    # x is an integer in fixed point. Less a multiple of pi/2, at most 2^128, that keeps 570 good fractional bits.
    fixed = int(x * (1 << FRACTION_BITS))
    q = (4 * fixed + PI) // (2 * PI)
    t = fixed - q * PI // 2
    q += quarters
    square = t * t >> FRACTION_BITS
    if q & 1:
        value = series(square, lambda k: (2 * k + 1) * (2 * k + 2))
    else:
        value = t * series(square, lambda k: (2 * k + 2) * (2 * k + 3)) >> FRACTION_BITS
    return nearest(Fraction(-value if q & 2 else value, 1 << FRACTION_BITS))


def sin(bits):
    return bits if bits & ~SIGN == 0 else circular(bits, 0)


def cos(bits):
    # Below 2^-30 it is plainly nearest to 1; and nearest asks for more than the digits hold.
    return 0x3F800000 if bits & ~SIGN < 0x30800000 else circular(bits, 1)


def bits_of(value):
    return struct.unpack(">I", struct.pack(">f", value))[0]


def edges(thresholds):
    """Every special value, every power of two with its neighbours, and the neighbourhood of the thresholds."""
    yield from (0, 1, 2, INFINITY, INFINITY - 1, INFINITY + 1, NAN, 0x7FFFFFFF)
    yield from (SIGN, SIGN | 1, SIGN | INFINITY, (SIGN | INFINITY) - 1, SIGN | INFINITY + 1, SIGN | NAN, 0xFFFFFFFF)
    for exponent in range(1, 255):
        for sign in (0, SIGN):
            yield from (sign | (exponent << 23) + d for d in (-1, 0, 1))
    for k in range(23):
        yield 1 << k
    for t in thresholds:
        yield from (t + d for d in range(-8, 9))


def write(name, function, middle, thresholds):
    generator = random.Random(f"verdict {name}")
    inputs = dict.fromkeys(edges(thresholds))
    while len(inputs) < SAMPLES // 2:  # anywhere
        inputs[generator.getrandbits(32)] = None
    while len(inputs) < SAMPLES:  # where the function has something to do
        inputs[middle(generator)] = None
    hard = 0
    for line in (FOLDER / f"{name}.hard.txt").read_text().splitlines():
        if line.startswith("#"):
            continue
        x, result, _ = line.split()
        assert function(int(x, 16)) == int(result, 16), f"{name} {x}"
        hard += 1
    lines = [f"{x:08x} {function(x):08x}\n" for x in inputs]
    header = f"# x_bits result_bits: {len(lines)} samples of {name}, made by solidity/tools/make-elementary-samples.py\n"
    (FOLDER / f"{name}.sample.txt").write_text(header + "".join(lines))
    print(f"{name}: {len(lines)} samples; {hard} hard cases agree")


# exp: uniform in [-105, 90], which is everything between vanishing and overflowing; log: near 1, either side.
write(
    "exp",
    exp,
    lambda generator: bits_of(generator.uniform(-105, 90)),
    [0x42B17218, 0xC2CFF1B5, 0xC2AEAC50, 0x32800000, 0x33000000, 0x33800000, 0xB2800000, 0xB3000000, 0xB3800000, 0x43000000, 0xC3000000, 0x3EB17218, 0xBEB17218],
)
write(
    "log",
    log,
    lambda generator: bits_of(2 ** generator.uniform(-1, 1)) if generator.getrandbits(1) else 0x3F800000 + generator.randrange(-65536, 65536),
    [0x3F800000, 0x3F3504F3, 0x3FB504F3, 0x00800000, 0x402DF854, 0x3EBC5AB2],
)
# tanh, erf: uniform in a little more than where they are not ±1; sin, cos: the first turns, and around the first 2^24
# multiples of pi/2, either side of 0.
BOTH_SIGNS = lambda thresholds: thresholds + [t | SIGN for t in thresholds]
write(
    "tanh",
    tanh,
    lambda generator: bits_of(generator.uniform(-9.5, 9.5)),
    BOTH_SIGNS([0x39800000, 0x3E317218, 0x3F051592, 0x41102CB4, 0x41800000]),
)
write(
    "erf",
    erf,
    lambda generator: bits_of(generator.uniform(-4.1, 4.1)),
    BOTH_SIGNS([0x2B000000, 0x3F800000, 0x40000000, 0x407AD445, 0x40800000]),
)
QUARTERS = [0x39800000, 0x3F490FDB, 0x3FC90FDB, 0x4016CBE4, 0x40490FDB, 0x4096CBE4, 0x40C90FDB, 0x6F79BE45]


def angle(generator):
    if generator.getrandbits(1):
        return bits_of(generator.uniform(-20, 20))
    return bits_of(generator.randrange(-(1 << 24), 1 << 24) * math.pi / 2) + generator.randrange(-1, 2)


write("sin", sin, angle, BOTH_SIGNS(QUARTERS))
write("cos", cos, angle, BOTH_SIGNS(QUARTERS))
