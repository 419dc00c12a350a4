import IR

/// Up to four vectors: the registers of a structure instruction, or the memory they come from.
typealias VectorList = InlineArray<4, Value>

/// Arrays of structures to registers and back, for LD2 to LD4 and ST2 to ST4.
///
/// Lanes of k registers of n lanes lie in memory as n structures of k. Zipping the first half of an array of N = kn
/// elements with the second moves the element at place i to place 2i modulo N - 1. So log2(n) rounds move element j of
/// structure i from place ki + j to nki + nj, which modulo N - 1 is nj + i: lane i of register j. Unzipping goes back.
/// Where k is a power of two, log2(k) rounds of unzipping do the same in fewer steps.
extension A64Translation {
    /// The registers that `memory`, consecutive vectors, holds as structures of `count` elements.
    mutating func deinterleaved(_ memory: VectorList, _ count: Int, _ lanes: Lanes) -> VectorList {
        let isFull = lanes.width == .full
        switch count {
        case 2 where isFull: return pair(.unzipEven, .unzipOdd, lanes, memory[0], memory[1])
        case 2:
            let high = ir.pair(low: ir.high64(memory[0]), high: ir.constant(.i64, 0))
            return pair(.unzipEven, .unzipOdd, lanes, memory[0], high)
        case 3:
            var all = memory
            for _ in 0..<lanes.count.trailingZeroBitCount {
                all = isFull ? zippedThirds(all, lanes) : zippedHalfThirds(all, lanes)
            }
            return isFull ? all : halves(all[0], all[1])
        default: return isFull ? deinterleavedFours(memory, lanes) : deinterleavedHalfFours(memory, lanes)
        }
    }

    /// The memory that holds `registers` as structures of `count` elements.
    mutating func interleaved(_ registers: VectorList, _ count: Int, _ lanes: Lanes) -> VectorList {
        let isFull = lanes.width == .full
        let full = Lanes(lanes.size, .full)
        switch count {
        case 2: return pair(.zipLow, .zipHigh, full, registers[0], registers[1])
        case 3:
            var all = registers
            if !isFull {
                all[0] = ir.lanes(.concatenateLow, Lanes(.b, .full), registers[0], registers[1])
                all[1] = registers[2]
            }
            for _ in 0..<lanes.count.trailingZeroBitCount {
                all = isFull ? unzippedThirds(all, lanes) : unzippedHalfThirds(all, full)
            }
            return all
        default: return isFull ? interleavedFours(registers, lanes) : interleavedHalfFours(registers, full)
        }
    }

    private mutating func pair(
        _ first: LaneOperation, _ second: LaneOperation, _ lanes: Lanes, _ a: Value, _ b: Value
    ) -> VectorList {
        var list = VectorList(repeating: .none)
        list[0] = ir.lanes(first, lanes, a, b)
        list[1] = ir.lanes(second, lanes, a, b)
        return list
    }

    // MARK: Structures of three

    /// Half of three full vectors is one and a half.
    private mutating func zippedThirds(_ all: VectorList, _ lanes: Lanes) -> VectorList {
        let second = extract(all[1], all[1], from: 8)
        let first = extract(all[0], all[0], from: 8)
        let third = extract(all[2], all[2], from: 8)
        var list = all
        list[0] = ir.lanes(.zipLow, lanes, all[0], second)
        list[1] = ir.lanes(.zipLow, lanes, first, all[2])
        list[2] = ir.lanes(.zipLow, lanes, all[1], third)
        return list
    }

    private mutating func unzippedThirds(_ all: VectorList, _ lanes: Lanes) -> VectorList {
        let lastEven = ir.lanes(.unzipEven, lanes, all[2], all[2])
        let firstOdd = ir.lanes(.unzipOdd, lanes, all[0], all[0])
        var list = all
        list[0] = ir.lanes(.unzipEven, lanes, all[0], all[1])
        list[1] = ir.lanes(.concatenateLow, Lanes(.b, .full), lastEven, firstOdd)
        list[2] = ir.lanes(.unzipOdd, lanes, all[1], all[2])
        return list
    }

    /// Half of three vectors of 64 bits, which lie in one and a half, is twelve bytes.
    private mutating func zippedHalfThirds(_ all: VectorList, _ lanes: Lanes) -> VectorList {
        let second = extract(all[0], all[1], from: 12)
        return pair(.zipLow, .zipHigh, Lanes(lanes.size, .full), all[0], second)
    }

    private mutating func unzippedHalfThirds(_ all: VectorList, _ full: Lanes) -> VectorList {
        let even = ir.lanes(.unzipEven, full, all[0], all[1])
        let odd = ir.lanes(.unzipOdd, full, all[0], all[1])
        let turned = extract(even, even, from: 12)
        var list = all
        list[0] = extract(turned, odd, from: 4)
        list[1] = extract(odd, odd, from: 4)
        return list
    }

    private mutating func extract(_ a: Value, _ b: Value, from byte: UInt64) -> Value {
        ir.lanes(.extract, Lanes(.b, .full), a, b, parameter: byte)
    }

    // MARK: Structures of four

    private mutating func deinterleavedFours(_ memory: VectorList, _ lanes: Lanes) -> VectorList {
        let low = pair(.unzipEven, .unzipOdd, lanes, memory[0], memory[1])
        let high = pair(.unzipEven, .unzipOdd, lanes, memory[2], memory[3])
        var list = memory
        list[0] = ir.lanes(.unzipEven, lanes, low[0], high[0])
        list[1] = ir.lanes(.unzipEven, lanes, low[1], high[1])
        list[2] = ir.lanes(.unzipOdd, lanes, low[0], high[0])
        list[3] = ir.lanes(.unzipOdd, lanes, low[1], high[1])
        return list
    }

    private mutating func deinterleavedHalfFours(_ memory: VectorList, _ lanes: Lanes) -> VectorList {
        let full = Lanes(lanes.size, .full)
        let parts = pair(.unzipEven, .unzipOdd, full, memory[0], memory[1])
        let both = pair(.unzipEven, .unzipOdd, full, parts[0], parts[1])
        return halves(both[0], both[1])
    }

    private mutating func interleavedFours(_ registers: VectorList, _ lanes: Lanes) -> VectorList {
        let even = pair(.zipLow, .zipHigh, lanes, registers[0], registers[2])
        let odd = pair(.zipLow, .zipHigh, lanes, registers[1], registers[3])
        var list = registers
        for half in 0..<2 {
            list[2 * half] = ir.lanes(.zipLow, lanes, even[half], odd[half])
            list[2 * half + 1] = ir.lanes(.zipHigh, lanes, even[half], odd[half])
        }
        return list
    }

    private mutating func interleavedHalfFours(_ registers: VectorList, _ full: Lanes) -> VectorList {
        let even = ir.lanes(.zipLow, full, registers[0], registers[2])
        let odd = ir.lanes(.zipLow, full, registers[1], registers[3])
        return pair(.zipLow, .zipHigh, full, even, odd)
    }

    /// The halves of two vectors, zero-extended.
    private mutating func halves(_ a: Value, _ b: Value) -> VectorList {
        let zero = ir.constant(.i64, 0)
        var list = VectorList(repeating: .none)
        list[0] = ir.pair(low: ir.low64(a), high: zero)
        list[1] = ir.pair(low: ir.high64(a), high: zero)
        list[2] = ir.pair(low: ir.low64(b), high: zero)
        list[3] = ir.pair(low: ir.high64(b), high: zero)
        return list
    }
}
