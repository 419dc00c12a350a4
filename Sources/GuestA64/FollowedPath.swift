import Guest
import IR

/// The instructions that a block has taken in, so that it can go on behind an unconditional jump.
///
/// A jump within the page costs nothing when the block simply continues at its target: loops whose test is at the top
/// become one block. It goes on only where it has not been yet, so a loop ends up in the block once.
struct FollowedPath {
    private let start: UInt64
    private let code: CodeWindow
    /// A bit per word of the page.
    private var visited = SIMD16<UInt64>()

    init(start: UInt64, code: CodeWindow) {
        self.start = start
        self.code = code
    }

    private func word(_ offset: Int) -> Int { (offset &+ code.before) >> 2 & 1023 }

    mutating func visit(_ offset: Int) {
        let word = word(offset)
        visited[word >> 6] |= 1 << UInt64(word & 63)
    }

    private func hasVisited(_ offset: Int) -> Bool {
        let word = word(offset)
        return visited[word >> 6] >> UInt64(word & 63) & 1 != 0
    }

    /// Takes back the jump that has just ended the block if the block can go on at its target, whose offset it returns.
    func follow(_ ir: inout Builder) -> Int? {
        guard let last = ir.block.instructions.last, last.opcode == .jump, last.branchKind == .jump else { return nil }
        let offset = Int(Int64(bitPattern: last.imm &- start))
        guard offset >= -code.before, offset < code.count, offset & 3 == 0, !hasVisited(offset) else { return nil }
        ir.truncate(to: ir.count - 1)
        return offset
    }
}
