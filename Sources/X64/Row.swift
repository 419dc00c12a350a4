/// One line of the instruction tables, in the columns of the manual (SDM vol. 2, chapter 3.1.1): what `Assembler` needs
/// to encode it, and what a disassembler must make of it.
package struct Row: Sendable {
    /// The mandatory prefix.
    package enum Prefix: UInt8, Sendable { case none, p66, pF3, pF2 }
    /// The opcode map; the raw value is VEX.mmmmm.
    package enum Map: UInt8, Sendable { case one, m0F, m0F38, m0F3A }

    /// Where the operands go, the manual's "Op/En".
    package enum Form: UInt8, Sendable {
        /// None.
        case zo
        /// r/m and /digit.
        case m
        /// reg, r/m.
        case rm
        /// r/m, reg.
        case mr
        /// r/m, immediate.
        case mi
        /// reg, r/m, immediate.
        case rmi
        /// r/m, reg, immediate.
        case mri
        /// Register in the opcode's low bits.
        case o
        /// That and an immediate.
        case oi
        /// Immediate alone.
        case i
        /// VEX: reg, vvvv, r/m.
        case rvm
        /// VEX: reg, vvvv, r/m, immediate.
        case rvmi
        /// VEX: reg, vvvv, r/m, register in the immediate's upper half.
        case rvmr
        /// VEX: reg, r/m, vvvv.
        case rmv
        /// VEX: vvvv, r/m and /digit.
        case vm
        /// VEX: vvvv, r/m, immediate and /digit.
        case vmi
    }

    /// How the operand width is encoded.
    package enum Sizing: UInt8, Sendable {
        /// 8, 16, 32, 64: opcode bit 0, prefix 66, REX.W.
        case all
        /// 16, 32, 64: prefix 66, REX.W.
        case wide
        /// 32, 64: REX.W or VEX.W.
        case large
        /// No width: W is 0.
        case fixed
        /// No width: W is 1.
        case fixedW
    }

    /// What stands at an operand's place: for the tests, which compare with a disassembler's text.
    package enum Kind: UInt8, Sendable {
        case none
        /// General register, of the instruction's width or of a fixed one.
        case r, r8, r16, r32, r64
        /// General register or memory.
        case rm, rm8, rm16, rm32, rm64
        /// Memory only: of no particular size, of the instruction's width, of a fixed size.
        case m, mw, m8, m16, m32, m64, m128, m256
        case x, xm8, xm16, xm32, xm64, xm128
        /// XMM, or YMM when the instruction is 256 bits wide; memory of that width.
        case v, vm
        /// Half of the width of v, a quarter, an eighth; memory of that size.
        case vmHalf, vmQuarter, vmEighth
        /// The shift count.
        case cl, one
    }

    /// Which encodings the row has besides the legacy one.
    package enum VEX: UInt8, Sendable {
        case no
        /// Only VEX, 128 bits wide or scalar.
        case only128
        /// Only VEX, 128 or 256 bits wide.
        case only
        /// Only VEX, 256 bits wide.
        case only256
        /// Legacy, and VEX with one more source operand (form rm becomes rvm).
        case three128, three
        /// Legacy, and VEX with the same operands.
        case same128, same
    }

    package let mnemonic: StaticString
    let prefix: Prefix
    let map: Map
    let opcode: UInt8
    let digit: UInt8
    package let form: Form
    package let sizing: Sizing
    package let first: Kind
    package let second: Kind
    package let vex: VEX

    init(
        _ mnemonic: StaticString, _ prefix: Prefix, _ map: Map, _ opcode: UInt8, _ form: Form, _ sizing: Sizing,
        _ first: Kind = .none, _ second: Kind = .none, digit: UInt8 = 0, vex: VEX = .no
    ) {
        self.mnemonic = mnemonic
        self.prefix = prefix
        self.map = map
        self.opcode = opcode
        self.form = form
        self.sizing = sizing
        self.first = first
        self.second = second
        self.digit = digit
        self.vex = vex
    }

    package var hasLegacy: Bool { vex == .no || vex.rawValue >= VEX.three128.rawValue }
    package var hasVEX: Bool { vex != .no }
    package var has256: Bool { vex == .only || vex == .only256 || vex == .three || vex == .same }
    package var has128: Bool { vex != .only256 }
    /// VEX inserts a source operand.
    package var insertsSource: Bool { vex == .three || vex == .three128 }
}

/// An instruction of one of the tables.
package protocol Encodable: Sendable {
    var row: Row { get }
}
