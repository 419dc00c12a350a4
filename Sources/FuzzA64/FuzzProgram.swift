import GuestA64

/// Instructions and the states that they are run from, one after the other. They may fault; branches among them stay
/// within or lead just behind.
package struct FuzzProgram: Equatable, Sendable {
    package var words: [UInt32]
    /// All with the same x30, which comes from the program's own code.
    package var states: [FuzzState]

    package init(words: [UInt32], states: [FuzzState]) {
        self.words = words
        self.states = states
    }

    /// Its words with text.
    package var text: String {
        words.map { "\(hex(UInt64($0))) \(A64.disassemble($0, pc: 0))" }.joined(separator: "; ")
    }

    /// Its words with text, a line each, and the registers of its states that are not zero.
    package var description: String {
        let texts = words.map { "  \(hex(UInt64($0)))  \(A64.disassemble($0, pc: 0))" }
        return (texts + states.map(\.description)).joined(separator: "\n")
    }
}

extension FuzzState {
    fileprivate var description: String {
        var registers: [String] = []
        for (number, value) in x.enumerated() where value != 0 { registers.append("x\(number)=\(hex(value))") }
        let named = [("sp", sp), ("nzcv", flags >> 28), ("fpcr", floatControl), ("fpsr", floatStatus)]
        for (name, value) in named where value != 0 { registers.append("\(name)=\(hex(value))") }
        for (number, value) in v.enumerated() where value != SIMD2(0, 0) {
            registers.append("v\(number)=\(hex(value))")
        }
        return "  " + registers.joined(separator: " ")
    }
}

func hex(_ value: UInt64) -> String { String(value, radix: 16) }
func hex(_ value: SIMD2<UInt64>) -> String {
    let low = hex(value.x)
    return value.y == 0 ? low : hex(value.y) + String(repeating: "0", count: 16 - low.count) + low
}
