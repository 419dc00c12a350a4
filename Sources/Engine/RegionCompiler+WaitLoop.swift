import Guest
package import IR
import Interp
import JIT
import Memory

// Loops that wait without a hint.

extension RegionCompiler {
    /// The most blocks in such a loop, and bytes between its first and its last one.
    private static var mostBlocks: Int { 4 }
    private static var mostBytes: UInt64 { 128 }

    /// Where `block` goes back to if it closes a loop that only waits (`WaitLoopTurn`): its own address or an earlier one
    /// in the page, whose guest code is at `page`. nil for other blocks.
    package func waitLoopTarget(of block: borrowing Block, page: UnsafeRawPointer, flags: UInt64) -> UInt64? {
        let pc = block.guestPC
        guard NativeCode.hasTarget(block, in: pc &- min(pc, Self.mostBytes)...pc), let own = WaitLoopTurn(block) else {
            return nil
        }
        for target in NativeCode.targets(of: block)
        where target <= pc && pc - target <= Self.mostBytes && (target ^ pc) & SoftTLB.pageMask == 0 {
            if target == pc ? WaitLoopTurn.waits(own, []) : waits(from: target, to: pc, own, page, flags) {
                return target
            }
        }
        return nil
    }

    /// Whether a turn that begins at `target` and ends with the block at `pc` does nothing but wait.
    private func waits(
        from target: UInt64, to pc: UInt64, _ last: WaitLoopTurn, _ page: UnsafeRawPointer, _ flags: UInt64
    ) -> Bool {
        var seen: Set<UInt64> = [target, pc]
        var queue = [target]
        var turns: [WaitLoopTurn] = []
        var comesBack = false
        while turns.count < queue.count {
            let block = retranslate(queue[turns.count], page, flags)
            guard queue.count < Self.mostBlocks, let turn = WaitLoopTurn(block) else { return false }
            turns.append(turn)
            for next in NativeCode.targets(of: block) where target...pc ~= next {
                if next == pc { comesBack = true }
                if seen.insert(next).inserted { queue.append(next) }
            }
        }
        return comesBack && WaitLoopTurn.waits(turns[0], turns.dropFirst() + [last])
    }
}
