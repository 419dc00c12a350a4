import GuestA64

/// Makes a program whose results differ as short as it gets, at best to one instruction, and its state as plain.
package struct Minimizer {
    private let ours: Emulation
    private let theirs: Emulation
    private static let nop: UInt32 = 0xd503_201f

    package init(ours: Emulation, theirs: Emulation) {
        self.ours = ours
        self.theirs = theirs
    }

    /// The smaller program and how its results differ.
    package func minimize(_ program: FuzzProgram) throws -> (program: FuzzProgram, differences: [String]) {
        var smallest = try cutBehindCulprit(program)
        smallest = try dropWords(smallest)
        smallest = try plainState(smallest)
        return (smallest, try differences([smallest]).first ?? [])
    }

    /// The differences of each program; both sides end early, if at all, where the other would.
    package func differences(_ programs: [FuzzProgram]) throws -> [[String]] {
        let (our, their) = (try ours.run(programs), try theirs.run(programs))
        return programs.indices.map { index in
            switch (our.indices.contains(index), their.indices.contains(index)) {
            case (true, true): Comparison.differences(our[index], their[index])
            case (false, false): []
            case (false, true): ["\(ours.name) ended here"]
            case (true, false): ["\(theirs.name) ended here"]
            }
        }
    }

    private func differs(_ program: FuzzProgram) throws -> Bool { try differences([program]).first?.isEmpty == false }

    /// Only the words up to the first whose effect differs, run from the state before it where that suffices.
    private func cutBehindCulprit(_ program: FuzzProgram) throws -> FuzzProgram {
        let count = program.words.count
        let prefixes = (0...count).map { length in
            let rest = [UInt32](repeating: Self.nop, count: count - length)
            return FuzzProgram(words: program.words.prefix(length) + rest, state: program.state)
        }
        guard let first = try differences(prefixes).firstIndex(where: { !$0.isEmpty }), first > 0 else {
            return program
        }
        let before = try ours.run([prefixes[first - 1]])
        if let state = before.first?.state {
            let single = FuzzProgram(words: [program.words[first - 1]], state: state)
            if try differs(single) { return single }
        }
        return FuzzProgram(words: Array(prefixes[first].words), state: program.state)
    }

    /// Words that do not matter become NOP, and vanish where they can.
    private func dropWords(_ program: FuzzProgram) throws -> FuzzProgram {
        var result = program
        for index in result.words.indices.reversed() where result.words[index] != Self.nop && result.words.count > 1 {
            var candidate = result
            candidate.words[index] = Self.nop
            if try differs(candidate) { result = candidate }
        }
        var compact = result
        compact.words.removeAll { $0 == Self.nop }
        return try !compact.words.isEmpty && differs(compact) ? compact : result
    }

    /// Registers that do not matter become zero.
    private func plainState(_ program: FuzzProgram) throws -> FuzzProgram {
        var changes: [(inout FuzzState) -> Void] = []
        for number in 0..<31 { changes.append { $0.x[number] = 0 } }
        for number in 0..<32 { changes.append { $0.v[number] = SIMD2(0, 0) } }
        changes += [{ $0.flags = 0 }, { $0.floatControl = 0 }, { $0.floatStatus = 0 }]
        var result = program
        let variants = changes.map { change in
            var variant = program
            change(&variant.state)
            return variant
        }
        let kept = try differences(variants).map { !$0.isEmpty }
        var all = program
        for (index, change) in changes.enumerated() where kept[index] { change(&all.state) }
        if try differs(all) { return all }
        for (index, change) in changes.enumerated() where kept[index] {
            var candidate = result
            change(&candidate.state)
            if try differs(candidate) { result = candidate }
        }
        return result
    }
}

extension FuzzProgram {
    /// The program for a report: each word with its text, and the registers that are not zero.
    package var description: String {
        let texts = words.map { "  \(Comparison.hex(UInt64($0)))  \(A64.disassemble($0, pc: 0))" }
        var registers: [String] = []
        for (number, value) in state.x.enumerated() where value != 0 {
            registers.append("x\(number)=\(Comparison.hex(value))")
        }
        if state.flags != 0 { registers.append("nzcv=\(Comparison.hex(state.flags >> 28))") }
        if state.floatControl != 0 { registers.append("fpcr=\(Comparison.hex(state.floatControl))") }
        if state.floatStatus != 0 { registers.append("fpsr=\(Comparison.hex(state.floatStatus))") }
        for (number, value) in state.v.enumerated() where value != SIMD2(0, 0) {
            registers.append("v\(number)=\(Comparison.hex(value))")
        }
        return (texts + ["  " + registers.joined(separator: " ")]).joined(separator: "\n")
    }
}
