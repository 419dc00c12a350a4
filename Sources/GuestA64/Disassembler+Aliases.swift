package import Guest
import IR
import Support

/// A text that is preferred to the one of the instruction's own row (the manual's alias conditions).
package struct Alias: Sendable {
    /// The bits that are fixed, in one row's encoding.
    package let bits: PatternBits
    /// The text, with references as in a row's.
    package let text: StaticString
    /// Whether a word with these bits is written so.
    package let condition: @Sendable (UInt32) -> Bool

    /// The first that fits.
    static func preferred(for word: UInt32) -> Alias? {
        all.first { word & $0.bits.mask == $0.bits.value && $0.condition(word) }
    }

    /// All of them, the first that fits first.
    package static let all: [Alias] = {
        var list = AliasList()
        list.addArithmetic()
        list.addLogic()
        list.addMoves()
        list.addBitFields()
        list.addConditional()
        list.addMultiplies()
        list.addShifts()
        list.addStores()
        list.addVectors()
        return list.aliases
    }()
}

private struct AliasList {
    var aliases: [Alias] = []

    @inline(never)
    mutating func add(
        _ pattern: StaticString, _ text: StaticString,
        when condition: @escaping @Sendable (UInt32) -> Bool = { _ in true }
    ) {
        aliases.append(Alias(bits: PatternBits(pattern), text: text, condition: condition))
    }
}

extension AliasList {
    mutating func addArithmetic() {
        add("s001000100000000000000nnnnnddddd", "mov {Rd|SP}, {Rn|SP}") { $0.rd == 31 || $0.rn == 31 }
        add("s01100010hiiiiiiiiiiiinnnnn11111", "cmn {Rn|SP}, {imm12}")
        add("s11100010hiiiiiiiiiiiinnnnn11111", "cmp {Rn|SP}, {imm12}")
        add("s0101011kk0mmmmmiiiiiinnnnn11111", "cmn {Rn}, {Rm}{shift}")
        add("s1101011kk0mmmmmiiiiiinnnnn11111", "cmp {Rn}, {Rm}{shift}")
        add("s0101011001mmmmmoooiiinnnnn11111", "cmn {Rn|SP}, {Rm|X}{extend}")
        add("s1101011001mmmmmoooiiinnnnn11111", "cmp {Rn|SP}, {Rm|X}{extend}")
        add("s1001011kk0mmmmmiiiiii11111ddddd", "neg {Rd}, {Rm}{shift}")
        add("s1101011kk0mmmmmiiiiii11111ddddd", "negs {Rd}, {Rm}{shift}")
        add("s1011010000mmmmm00000011111ddddd", "ngc {Rd}, {Rm}")
        add("s1111010000mmmmm00000011111ddddd", "ngcs {Rd}, {Rm}")
    }

    mutating func addLogic() {
        add("s11100100Nrrrrrrssssssnnnnn11111", "tst {Rn}, {bitmask}")
        add("s1101010kk0mmmmmiiiiiinnnnn11111", "tst {Rn}, {Rm}{shift}")
        add("s0101010000mmmmm00000011111ddddd", "mov {Rd}, {Rm}")
        add("s0101010kk1mmmmmiiiiii11111ddddd", "mvn {Rd}, {Rm}{shift}")
    }

    mutating func addMoves() {
        add("s10100101hhiiiiiiiiiiiiiiiiddddd", "mov {Rd}, {movz}") { $0.bits(5, 16) != 0 || $0.bits(21, 2) == 0 }
        add("s00100101hhiiiiiiiiiiiiiiiiddddd", "mov {Rd}, {movn}") { word in
            let isCovered = word.bits(5, 16) == 0 && word.bits(21, 2) != 0
            return !isCovered && !isMOVZ(Disassembler(word: word, pc: 0).moved("movn"), word)
        }
        add("s01100100Nrrrrrrssssss11111ddddd", "mov {Rd|SP}, {movi}") { word in
            let value = Disassembler(word: word, pc: 0).moved("movi")
            return !isMOVZ(value, word) && !isMOVZ(value.map { ~$0 }, word)
        }
    }

    mutating func addBitFields() {
        add("s00100110N000000000111nnnnnddddd", "sxtb {Rd}, {Wn}")
        add("s00100110N000000001111nnnnnddddd", "sxth {Rd}, {Wn}")
        add("100100110N000000011111nnnnnddddd", "sxtw {Rd}, {Wn}")
        add("s00100110Nrrrrrrx11111nnnnnddddd", "asr {Rd}, {Rn}, {immr}") { $0.imms == ($0.is64 ? 63 : 31) }
        add("s00100110Nrrrrrrssssssnnnnnddddd", "sbfiz {Rd}, {Rn}, {insertlsb}, {insertwidth}") { $0.immr > $0.imms }
        add("s00100110Nrrrrrrssssssnnnnnddddd", "sbfx {Rd}, {Rn}, {immr}, {extractwidth}")
        add("0101001100000000000111nnnnnddddd", "uxtb {Wd}, {Wn}")
        add("0101001100000000001111nnnnnddddd", "uxth {Wd}, {Wn}")
        add("s10100110Nrrrrrrssssssnnnnnddddd", "lsl {Rd}, {Rn}, {lslamount}") {
            $0.imms != ($0.is64 ? 63 : 31) && $0.imms + 1 == $0.immr
        }
        add("s10100110Nrrrrrrx11111nnnnnddddd", "lsr {Rd}, {Rn}, {immr}") { $0.imms == ($0.is64 ? 63 : 31) }
        add("s10100110Nrrrrrrssssssnnnnnddddd", "ubfiz {Rd}, {Rn}, {insertlsb}, {insertwidth}") { $0.immr > $0.imms }
        add("s10100110Nrrrrrrssssssnnnnnddddd", "ubfx {Rd}, {Rn}, {immr}, {extractwidth}")
        add("s01100110Nrrrrrrssssss11111ddddd", "bfc {Rd}, {insertlsb}, {insertwidth}") {
            $0.immr == 0 || $0.imms < $0.immr
        }
        add("s01100110Nrrrrrrssssssnnnnnddddd", "bfi {Rd}, {Rn}, {insertlsb}, {insertwidth}") { $0.imms < $0.immr }
        add("s01100110Nrrrrrrssssssnnnnnddddd", "bfxil {Rd}, {Rn}, {immr}, {extractwidth}")
        add("s00100111N0mmmmmllllllnnnnnddddd", "ror {Rd}, {Rn}, {lsb}") { $0.rn == $0.rm }
    }

    mutating func addConditional() {
        add("s001101010011111cccc0111111ddddd", "cset {Rd}, {!cond}") { $0.condition < 14 }
        add("s0011010100mmmmmcccc01nnnnnddddd", "cinc {Rd}, {Rn}, {!cond}") {
            $0.condition < 14 && $0.rn == $0.rm
        }
        add("s101101010011111cccc0011111ddddd", "csetm {Rd}, {!cond}") { $0.condition < 14 }
        add("s1011010100mmmmmcccc00nnnnnddddd", "cinv {Rd}, {Rn}, {!cond}") {
            $0.condition < 14 && $0.rn == $0.rm
        }
        add("s1011010100mmmmmcccc01nnnnnddddd", "cneg {Rd}, {Rn}, {!cond}") {
            $0.condition < 14 && $0.rn == $0.rm
        }
    }

    mutating func addMultiplies() {
        add("s0011011000mmmmm011111nnnnnddddd", "mul {Rd}, {Rn}, {Rm}")
        add("s0011011000mmmmm111111nnnnnddddd", "mneg {Rd}, {Rn}, {Rm}")
        add("10011011001mmmmm011111nnnnnddddd", "smull {Xd}, {Wn}, {Wm}")
        add("10011011001mmmmm111111nnnnnddddd", "smnegl {Xd}, {Wn}, {Wm}")
        add("10011011101mmmmm011111nnnnnddddd", "umull {Xd}, {Wn}, {Wm}")
        add("10011011101mmmmm111111nnnnnddddd", "umnegl {Xd}, {Wn}, {Wm}")
    }

    mutating func addShifts() {
        add("s0011010110mmmmm001000nnnnnddddd", "lsl {Rd}, {Rn}, {Rm}")
        add("s0011010110mmmmm001001nnnnnddddd", "lsr {Rd}, {Rn}, {Rm}")
        add("s0011010110mmmmm001010nnnnnddddd", "asr {Rd}, {Rn}, {Rm}")
        add("s0011010110mmmmm001011nnnnnddddd", "ror {Rd}, {Rn}, {Rm}")
        add("11010110010111110000001111000000", "ret")
    }

    mutating func addVectors() {
        add("0q001110101mmmmm000111nnnnnddddd", "mov {Vd.B}, {Vn.B}") { $0.rn == $0.rm }
    }

    /// Atomics that load nothing: ST<op> and ST<op>L.
    mutating func addStores() {
        add("0z1110000l1sssss0ooo00nnnnn11111", "st{fetch}{al23}{bh} {Ws}, [{Xn|SP}]")
        add("1z1110000l1sssss0ooo00nnnnn11111", "st{fetch}{al23} {Zs}, [{Xn|SP}]")
    }
}

/// Whether MOVZ can make `value`, in the width of the instruction `word`.
private func isMOVZ(_ value: Int64?, _ word: UInt32) -> Bool {
    guard let value else { return false }
    let bits = UInt64(bitPattern: value) & word.width.mask
    return stride(from: 0 as UInt64, to: 64, by: 16).contains { bits & ~(0xffff << $0) == 0 }
}
