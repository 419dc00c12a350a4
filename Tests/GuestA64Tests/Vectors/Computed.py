#!/usr/bin/env python3
"""Writes Computed.txt: vectors for instructions that the random ones of the other files do not meet.

The expectations are computed here, from the manual's pseudocode, with nothing of the emulator: python3 Computed.py
"""
import random
import zlib

random.seed(1)
lines = []
EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 0x7fffffffffffffff,
         0x8000000000000000, 0xffffffffffffffff, 0x0123456789abcdef, 0xfedcba9876543210]
PAGE = 0x20000000


def operands(count):
    return EDGES + [random.getrandbits(64) for _ in range(count)]


def case(word, before, after):
    def text(fields):
        return " ".join(f"{name}={value:x}" for name, value in fields.items())

    changed = {name: value for name, value in after.items() if before.get(name, 0) != value or name[0] == "m"}
    memory = [f"{name}={value}" for name, value in changed.items() if name[0] == "m"]
    lines.append(" ".join(f"{word:08x} {text(before)} => {text({n: v for n, v in changed.items() if n[0] != 'm'})}".split()
                          + memory))


def byte(address):
    return ((address * 0x9E3779B1) >> 24) & 0xff


def load(address, size):
    return sum(byte(address + i) << (8 * i) for i in range(size))


def stored(value, size):
    return "".join(f"{value >> (8 * i) & 0xff:02x}" for i in range(size))


def signed(value, bits):
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


# One source: opcode, container in bits or None for the whole register.
def reverse_bytes(value, bits, container):
    result = 0
    for base in range(0, bits, container):
        part = value >> base & ((1 << container) - 1)
        result |= int.from_bytes(part.to_bytes(container // 8, "little"), "big") << base
    return result


def reverse_bits(value, bits):
    return int(format(value, f"0{bits}b")[::-1], 2)


def leading_signs(value, bits):
    text = format(value, f"0{bits}b")
    return len(text) - len(text.lstrip(text[0])) - 1


for sf, bits in ((0, 32), (1, 64)):
    meanings = {0: lambda v: reverse_bits(v, bits), 1: lambda v: reverse_bytes(v, bits, 16),
                2: lambda v: reverse_bytes(v, bits, 32), 5: lambda v: leading_signs(v, bits)}
    if sf:
        meanings[3] = lambda v: reverse_bytes(v, 64, 64)
    for opcode, meaning in meanings.items():
        for value in operands(10):
            word = sf << 31 | 0x5ac00000 | opcode << 10 | 3 << 5 | 7
            case(word, {"x3": value, "x7": 0x5555555555555555}, {"x7": meaning(value & ((1 << bits) - 1))})


# Checksums: zlib for the IEEE polynomial, long division for the other.
def castagnoli(crc, data):
    for octet in data:
        crc ^= octet
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    return crc


def ieee(crc, data):
    return zlib.crc32(data, crc ^ 0xffffffff) ^ 0xffffffff


for castagnoli_bit, function in ((0, ieee), (1, castagnoli)):
    for size in range(4):
        for value in operands(8):
            crc = random.getrandbits(32)
            word = (1 if size == 3 else 0) << 31 | 0x1ac04000 | castagnoli_bit << 12 | size << 10 | 2 << 16 | 1 << 5
            data = (value & ((1 << (8 << size)) - 1)).to_bytes(1 << size, "little")
            case(word, {"x0": 0x1111111111111111, "x1": crc | 0xabcd << 40, "x2": value}, {"x0": function(crc, data)})

for a in EDGES:
    for b in operands(0):
        case(0x9b427c20, {"x1": a, "x2": b}, {"x0": signed(a, 64) * signed(b, 64) >> 64 & (1 << 64) - 1})

# Flags: N, Z, C, V from bit 3 down.
for flags in range(16):
    n, z, c, v = (flags >> 3 & 1, flags >> 2 & 1, flags >> 1 & 1, flags & 1)
    case(0xd500401f, {"nzcv": flags}, {"nzcv": flags ^ 2})
    external = ((1 - c) & (1 - z)) << 3 | (z & c) << 2 | (c | z) << 1 | ((1 - c) & z)
    case(0xd500403f, {"nzcv": flags}, {"nzcv": external})
    case(0xd500405f, {"nzcv": flags}, {"nzcv": (z | v) << 2 | (c & (1 - v)) << 1})
    for bits, word in ((8, 0x3a00082d), (16, 0x3a00482d)):
        for value in operands(4):
            sign, above = value >> (bits - 1) & 1, value >> bits & 1
            zero = 1 if value & ((1 << bits) - 1) == 0 else 0
            case(word, {"nzcv": flags, "x1": value}, {"nzcv": sign << 3 | zero << 2 | c << 1 | (sign ^ above)})

# Memory: LDAPR, CASP, and the atomics that lack cases.
ADDRESS = PAGE + 0x120
for size in range(4):
    case(size << 30 | 0x38bfc020, {"x0": 0x5555555555555555, "x1": ADDRESS}, {"x0": load(ADDRESS, 1 << size)})

for z, half in ((0, 4), (1, 8)):
    for order in (0x0, 0x8000, 0x400000, 0x408000):
        word = z << 30 | 0x08207c00 | order | 4 << 16 | 1 << 5 | 2
        low, high = load(ADDRESS, half), load(ADDRESS + half, half)
        junk = 0x77 << 56 if half == 4 else 0
        new = {"x2": 0x1122334455667788, "x3": 0x99aabbccddeeff00}
        equal = {"x1": ADDRESS, "x4": low | junk, "x5": high | junk, **new}
        memory = stored(new["x2"], half) + stored(new["x3"], half)
        case(word, equal, {"x4": low, "x5": high, f"m{ADDRESS:x}": memory})
        for other in ({"x4": low ^ 1}, {"x5": high ^ 1}):
            case(word, {**equal, **other}, {"x4": low, "x5": high})

for operand in operands(6):
    old = load(ADDRESS, 1)
    total = old + operand & 0xff
    case(0x38220020, {"x1": ADDRESS, "x2": operand, "x0": 0x5555}, {"x0": old, f"m{ADDRESS:x}": stored(total, 1)})
    largest = old if signed(old, 8) >= signed(operand, 8) else operand & 0xff
    case(0x38224020, {"x1": ADDRESS, "x2": operand, "x0": 0x5555}, {"x0": old, f"m{ADDRESS:x}": stored(largest, 1)})

# FEAT_CSSC: ABS, and the register forms of minimum and maximum.
for sf in (0, 1):
    width = 64 if sf else 32
    mask = (1 << width) - 1
    for a in operands(8):
        case(sf << 31 | 0x5ac02041, {"x1": 0x5555, "x2": a}, {"x1": abs(signed(a, width)) & mask})
        for b in operands(4):
            first, second = a & mask, b & mask
            for opcode, value in (
                (0x1ac36041, max(signed(first, width), signed(second, width))),
                (0x1ac36441, max(first, second)),
                (0x1ac36841, min(signed(first, width), signed(second, width))),
                (0x1ac36c41, min(first, second)),
            ):
                case(sf << 31 | opcode, {"x1": 0x5555, "x2": a, "x3": b}, {"x1": value & mask})

# CLREX changes nothing that one instruction could show.
case(0xd5033f5f, {"nzcv": 5, "x0": 1}, {})


# FJCVTZS (FPToFixedJS), with and without FZ, and FMOV of upper halves.
def to_javascript(bits, flushing):
    """The word, Z, and FPSR."""
    sign, field, fraction = bits >> 63, bits >> 52 & 0x7ff, bits & ((1 << 52) - 1)
    if field == 0x7ff:
        return 0, 0, 0x01
    if field == 0 and fraction and flushing:
        return 0, 0, 0x80
    exponent = max(field, 1) - 1075
    significand = fraction | (1 << 52 if field else 0)
    whole = significand << exponent if exponent >= 0 else significand >> -exponent
    exact = exponent >= 0 or whole << -exponent == significand
    value = -whole if sign else whole
    if not -2**31 <= value < 2**31:
        return value & 0xffffffff, 0, 0x01
    if not exact:
        return value & 0xffffffff, 0, 0x10
    return value & 0xffffffff, 0 if bits == 1 << 63 else 1, 0


numbers = [0, 1 << 63, 1, 0x000fffffffffffff, 0x7ff0000000000000, 0xfff0000000000000, 0x7ff8000000000001,
           0x7ff0000000000001, 0x41dfffffffc00000, 0x41e0000000000000, 0xc1e0000000000000, 0xc1e0000000100000,
           0xc1e0000000200000, 0x3ff8000000000000, 0xbfe0000000000000, 0x43f0000000000800, 0x7fe123456789abcd]
numbers += [(1000 + random.getrandbits(7)) << 52 | random.getrandbits(64) & 0x800fffffffffffff for _ in range(60)]
numbers += [(1023 + i) << 52 | random.getrandbits(52) >> (52 - i) << (52 - i) for i in range(1, 33)]
for number in numbers:
    for fpcr in (0, 0x1000000):
        word, zero, fpsr = to_javascript(number, fpcr != 0)
        case(0x1e7e0043, {"nzcv": 0xb, "fpcr": fpcr, "fpsr": 0, "v2": 0x77 << 64 | number, "x3": 0x5555555555555555},
             {"nzcv": zero << 2, "fpsr": fpsr, "x3": word})
for high in EDGES:
    low = random.getrandbits(64)
    case(0x9eae0043, {"v2": high << 64 | low, "x3": 0x5555}, {"x3": high})
    case(0x9eaf0043, {"v3": low << 64 | low, "x2": high}, {"v3": high << 64 | low})

with open(__file__.replace(".py", ".txt"), "w") as file:
    file.write("\n".join(lines) + "\n")
