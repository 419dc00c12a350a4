import Guest
import IR
import Support

/// Arm ARM C4.1, loads and stores: Advanced SIMD load/store multiple structures, and the same post-indexed.
extension DecodeTable<A64Translation> {
    mutating func defineVectorStructures() {
        defineStructureStores()
        defineStructureLoads()
        defineStructureStoresPostIndex()
        defineStructureLoadsPostIndex()
    }

    private mutating func defineStructureStores() {
        defineVector(
            "ST1 (multiple structures, 1 register)", "0q001100000000000111zznnnnnttttt",
            "st1 {list1}, [{Xn|SP}]"
        ) { word, t in t.storeRegisters(word, 1) }
        defineVector(
            "ST1 (multiple structures, 2 registers)", "0q001100000000001010zznnnnnttttt",
            "st1 {list2}, [{Xn|SP}]"
        ) { word, t in t.storeRegisters(word, 2) }
        defineVector(
            "ST1 (multiple structures, 3 registers)", "0q001100000000000110zznnnnnttttt",
            "st1 {list3}, [{Xn|SP}]"
        ) { word, t in t.storeRegisters(word, 3) }
        defineVector(
            "ST1 (multiple structures, 4 registers)", "0q001100000000000010zznnnnnttttt",
            "st1 {list4}, [{Xn|SP}]"
        ) { word, t in t.storeRegisters(word, 4) }
        defineVector(
            "ST2 (multiple structures)", "0q001100000000001000zznnnnnttttt",
            "st2 {list2}, [{Xn|SP}]"
        ) { word, t in t.storeStructures(word, 2) }
        defineVector(
            "ST3 (multiple structures)", "0q001100000000000100zznnnnnttttt",
            "st3 {list3}, [{Xn|SP}]"
        ) { word, t in t.storeStructures(word, 3) }
        defineVector(
            "ST4 (multiple structures)", "0q001100000000000000zznnnnnttttt",
            "st4 {list4}, [{Xn|SP}]"
        ) { word, t in t.storeStructures(word, 4) }
    }

    private mutating func defineStructureLoads() {
        defineVector(
            "LD1 (multiple structures, 1 register)", "0q001100010000000111zznnnnnttttt",
            "ld1 {list1}, [{Xn|SP}]"
        ) { word, t in t.loadRegisters(word, 1) }
        defineVector(
            "LD1 (multiple structures, 2 registers)", "0q001100010000001010zznnnnnttttt",
            "ld1 {list2}, [{Xn|SP}]"
        ) { word, t in t.loadRegisters(word, 2) }
        defineVector(
            "LD1 (multiple structures, 3 registers)", "0q001100010000000110zznnnnnttttt",
            "ld1 {list3}, [{Xn|SP}]"
        ) { word, t in t.loadRegisters(word, 3) }
        defineVector(
            "LD1 (multiple structures, 4 registers)", "0q001100010000000010zznnnnnttttt",
            "ld1 {list4}, [{Xn|SP}]"
        ) { word, t in t.loadRegisters(word, 4) }
        defineVector(
            "LD2 (multiple structures)", "0q001100010000001000zznnnnnttttt",
            "ld2 {list2}, [{Xn|SP}]"
        ) { word, t in t.loadStructures(word, 2) }
        defineVector(
            "LD3 (multiple structures)", "0q001100010000000100zznnnnnttttt",
            "ld3 {list3}, [{Xn|SP}]"
        ) { word, t in t.loadStructures(word, 3) }
        defineVector(
            "LD4 (multiple structures)", "0q001100010000000000zznnnnnttttt",
            "ld4 {list4}, [{Xn|SP}]"
        ) { word, t in t.loadStructures(word, 4) }
    }

    private mutating func defineStructureStoresPostIndex() {
        defineVector(
            "ST1 (multiple structures, 1 register, post-index)", "0q001100100mmmmm0111zznnnnnttttt",
            "st1 {list1}, [{Xn|SP}], {step1}"
        ) { word, t in t.storeRegisters(word, 1, .postIndex) }
        defineVector(
            "ST1 (multiple structures, 2 registers, post-index)", "0q001100100mmmmm1010zznnnnnttttt",
            "st1 {list2}, [{Xn|SP}], {step2}"
        ) { word, t in t.storeRegisters(word, 2, .postIndex) }
        defineVector(
            "ST1 (multiple structures, 3 registers, post-index)", "0q001100100mmmmm0110zznnnnnttttt",
            "st1 {list3}, [{Xn|SP}], {step3}"
        ) { word, t in t.storeRegisters(word, 3, .postIndex) }
        defineVector(
            "ST1 (multiple structures, 4 registers, post-index)", "0q001100100mmmmm0010zznnnnnttttt",
            "st1 {list4}, [{Xn|SP}], {step4}"
        ) { word, t in t.storeRegisters(word, 4, .postIndex) }
        defineVector(
            "ST2 (multiple structures, post-index)", "0q001100100mmmmm1000zznnnnnttttt",
            "st2 {list2}, [{Xn|SP}], {step2}"
        ) { word, t in t.storeStructures(word, 2, .postIndex) }
        defineVector(
            "ST3 (multiple structures, post-index)", "0q001100100mmmmm0100zznnnnnttttt",
            "st3 {list3}, [{Xn|SP}], {step3}"
        ) { word, t in t.storeStructures(word, 3, .postIndex) }
        defineVector(
            "ST4 (multiple structures, post-index)", "0q001100100mmmmm0000zznnnnnttttt",
            "st4 {list4}, [{Xn|SP}], {step4}"
        ) { word, t in t.storeStructures(word, 4, .postIndex) }
    }

    private mutating func defineStructureLoadsPostIndex() {
        defineVector(
            "LD1 (multiple structures, 1 register, post-index)", "0q001100110mmmmm0111zznnnnnttttt",
            "ld1 {list1}, [{Xn|SP}], {step1}"
        ) { word, t in t.loadRegisters(word, 1, .postIndex) }
        defineVector(
            "LD1 (multiple structures, 2 registers, post-index)", "0q001100110mmmmm1010zznnnnnttttt",
            "ld1 {list2}, [{Xn|SP}], {step2}"
        ) { word, t in t.loadRegisters(word, 2, .postIndex) }
        defineVector(
            "LD1 (multiple structures, 3 registers, post-index)", "0q001100110mmmmm0110zznnnnnttttt",
            "ld1 {list3}, [{Xn|SP}], {step3}"
        ) { word, t in t.loadRegisters(word, 3, .postIndex) }
        defineVector(
            "LD1 (multiple structures, 4 registers, post-index)", "0q001100110mmmmm0010zznnnnnttttt",
            "ld1 {list4}, [{Xn|SP}], {step4}"
        ) { word, t in t.loadRegisters(word, 4, .postIndex) }
        defineVector(
            "LD2 (multiple structures, post-index)", "0q001100110mmmmm1000zznnnnnttttt",
            "ld2 {list2}, [{Xn|SP}], {step2}"
        ) { word, t in t.loadStructures(word, 2, .postIndex) }
        defineVector(
            "LD3 (multiple structures, post-index)", "0q001100110mmmmm0100zznnnnnttttt",
            "ld3 {list3}, [{Xn|SP}], {step3}"
        ) { word, t in t.loadStructures(word, 3, .postIndex) }
        defineVector(
            "LD4 (multiple structures, post-index)", "0q001100110mmmmm0000zznnnnnttttt",
            "ld4 {list4}, [{Xn|SP}], {step4}"
        ) { word, t in t.loadStructures(word, 4, .postIndex) }
    }
}

extension A64Translation {
    /// LD1: `count` registers from consecutive memory.
    fileprivate mutating func loadRegisters(_ word: UInt32, _ count: Int, _ writeback: Writeback = .none) -> Bool {
        let base = base(word.rn)
        let type: ValueType = word.isQuad ? .i128 : .i64
        // Every load comes before any register changes: each may fault.
        var values = VectorList(repeating: .none)
        for index in 0..<count {
            values[index] = ir.load(type, base, offset: Int64(index * type.bytes), structureAccess(word))
        }
        moveStructureBase(word, base, bytes: count * type.bytes, writeback)
        for index in 0..<count { setLoadedVector(word.rt &+ UInt32(index), values[index]) }
        return true
    }

    /// ST1.
    fileprivate mutating func storeRegisters(_ word: UInt32, _ count: Int, _ writeback: Writeback = .none) -> Bool {
        let base = base(word.rn)
        let type: ValueType = word.isQuad ? .i128 : .i64
        for index in 0..<count {
            let value = vectorLow(word.rt &+ UInt32(index), type)
            ir.store(type, base, value, offset: Int64(index * type.bytes), structureAccess(word))
        }
        moveStructureBase(word, base, bytes: count * type.bytes, writeback)
        return true
    }

    /// LD2, LD3, LD4: `count` registers from an array of structures of that many elements.
    fileprivate mutating func loadStructures(_ word: UInt32, _ count: Int, _ writeback: Writeback = .none) -> Bool {
        guard let lanes = word.structureLanes else { return false }
        let base = base(word.rn)
        let memory = loadConsecutive(word, base, bytes: count * structureBytes(word))
        moveStructureBase(word, base, bytes: count * structureBytes(word), writeback)
        let registers = deinterleaved(memory, count, lanes)
        for index in 0..<count { setV(word.rt &+ UInt32(index), registers[index]) }
        return true
    }

    /// ST2, ST3, ST4.
    fileprivate mutating func storeStructures(_ word: UInt32, _ count: Int, _ writeback: Writeback = .none) -> Bool {
        guard let lanes = word.structureLanes else { return false }
        let base = base(word.rn)
        var registers = VectorList(repeating: .none)
        for index in 0..<count { registers[index] = v(word.rt &+ UInt32(index)) }
        storeConsecutive(word, base, interleaved(registers, count, lanes), bytes: count * structureBytes(word))
        moveStructureBase(word, base, bytes: count * structureBytes(word), writeback)
        return true
    }
}

extension UInt32 {
    /// size and Q of a load or store of structures; nil for one lane of 64 bits, which only LD1 and ST1 have.
    fileprivate var structureLanes: Lanes? {
        elementSize == .d && !isQuad ? nil : Lanes(elementSize, vectorWidth)
    }
    fileprivate var elementSize: Lanes.Size { Lanes.Size(rawValue: UInt8(truncatingIfNeeded: bits(10, 2))) ?? .b }
}

// MARK: Memory

extension A64Translation {
    private func structureBytes(_ word: UInt32) -> Int { word.isQuad ? 16 : 8 }

    /// One access that stands for one of each element.
    private func structureAccess(_ word: UInt32) -> MemoryAttributes {
        MemoryAttributes(.plain, aligned: flags.contains(.checksAlignment), elements: word.elementSize)
    }

    /// `bytes` of memory as vectors, the last perhaps half.
    private mutating func loadConsecutive(_ word: UInt32, _ base: Value, bytes: Int) -> VectorList {
        var memory = VectorList(repeating: .none)
        for index in 0..<(bytes / 16) {
            memory[index] = ir.load(.i128, base, offset: Int64(index * 16), structureAccess(word))
        }
        if bytes % 16 != 0 {
            let low = ir.load(.i64, base, offset: Int64(bytes - 8), structureAccess(word))
            memory[bytes / 16] = ir.pair(low: low, high: ir.constant(.i64, 0))
        }
        return memory
    }

    private mutating func storeConsecutive(_ word: UInt32, _ base: Value, _ memory: VectorList, bytes: Int) {
        for index in 0..<(bytes / 16) {
            ir.store(.i128, base, memory[index], offset: Int64(index * 16), structureAccess(word))
        }
        if bytes % 16 != 0 {
            ir.store(.i64, base, ir.low64(memory[bytes / 16]), offset: Int64(bytes - 8), structureAccess(word))
        }
    }

    /// Adds Rm, or for 31 the bytes accessed, to the base.
    mutating func moveStructureBase(_ word: UInt32, _ base: Value, bytes: Int, _ writeback: Writeback) {
        guard writeback != .none else { return }
        if word.rm == 31 { return writeBack(word.rn, base, by: Int64(bytes)) }
        setRegisterOrSP(word.rn, ir.add(.i64, base, x(word.rm)), .i64)
    }
}
