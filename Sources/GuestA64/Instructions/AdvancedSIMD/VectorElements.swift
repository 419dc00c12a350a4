import Guest
import IR
import Support

/// Arm ARM C4.1, loads and stores: Advanced SIMD load/store single structure, which accesses one lane of each register,
/// and load single structure and replicate; each also post-indexed.
extension DecodeTable<A64Translation> {
    mutating func defineVectorElements() {
        defineElementStores()
        defineElementLoads()
        defineElementStoresPostIndex()
        defineElementLoadsPostIndex()
        defineElementCopies()
        defineElementCopiesPostIndex()
    }

    private mutating func defineElementStores() {
        defineVector(
            "ST1 (single structure)", "0q00110100000000oo0Szznnnnnttttt",
            "st1 {element1}, [{Xn|SP}]"
        ) { word, t in t.storeElements(word, 1) }
        defineVector(
            "ST2 (single structure)", "0q00110100100000oo0Szznnnnnttttt",
            "st2 {element2}, [{Xn|SP}]"
        ) { word, t in t.storeElements(word, 2) }
        defineVector(
            "ST3 (single structure)", "0q00110100000000oo1Szznnnnnttttt",
            "st3 {element3}, [{Xn|SP}]"
        ) { word, t in t.storeElements(word, 3) }
        defineVector(
            "ST4 (single structure)", "0q00110100100000oo1Szznnnnnttttt",
            "st4 {element4}, [{Xn|SP}]"
        ) { word, t in t.storeElements(word, 4) }
    }

    private mutating func defineElementLoads() {
        defineVector(
            "LD1 (single structure)", "0q00110101000000oo0Szznnnnnttttt",
            "ld1 {element1}, [{Xn|SP}]"
        ) { word, t in t.loadElements(word, 1) }
        defineVector(
            "LD2 (single structure)", "0q00110101100000oo0Szznnnnnttttt",
            "ld2 {element2}, [{Xn|SP}]"
        ) { word, t in t.loadElements(word, 2) }
        defineVector(
            "LD3 (single structure)", "0q00110101000000oo1Szznnnnnttttt",
            "ld3 {element3}, [{Xn|SP}]"
        ) { word, t in t.loadElements(word, 3) }
        defineVector(
            "LD4 (single structure)", "0q00110101100000oo1Szznnnnnttttt",
            "ld4 {element4}, [{Xn|SP}]"
        ) { word, t in t.loadElements(word, 4) }
    }

    private mutating func defineElementStoresPostIndex() {
        defineVector(
            "ST1 (single structure, post-index)", "0q001101100mmmmmoo0Szznnnnnttttt",
            "st1 {element1}, [{Xn|SP}], {elementstep1}"
        ) { word, t in t.storeElements(word, 1, .postIndex) }
        defineVector(
            "ST2 (single structure, post-index)", "0q001101101mmmmmoo0Szznnnnnttttt",
            "st2 {element2}, [{Xn|SP}], {elementstep2}"
        ) { word, t in t.storeElements(word, 2, .postIndex) }
        defineVector(
            "ST3 (single structure, post-index)", "0q001101100mmmmmoo1Szznnnnnttttt",
            "st3 {element3}, [{Xn|SP}], {elementstep3}"
        ) { word, t in t.storeElements(word, 3, .postIndex) }
        defineVector(
            "ST4 (single structure, post-index)", "0q001101101mmmmmoo1Szznnnnnttttt",
            "st4 {element4}, [{Xn|SP}], {elementstep4}"
        ) { word, t in t.storeElements(word, 4, .postIndex) }
    }

    private mutating func defineElementLoadsPostIndex() {
        defineVector(
            "LD1 (single structure, post-index)", "0q001101110mmmmmoo0Szznnnnnttttt",
            "ld1 {element1}, [{Xn|SP}], {elementstep1}"
        ) { word, t in t.loadElements(word, 1, .postIndex) }
        defineVector(
            "LD2 (single structure, post-index)", "0q001101111mmmmmoo0Szznnnnnttttt",
            "ld2 {element2}, [{Xn|SP}], {elementstep2}"
        ) { word, t in t.loadElements(word, 2, .postIndex) }
        defineVector(
            "LD3 (single structure, post-index)", "0q001101110mmmmmoo1Szznnnnnttttt",
            "ld3 {element3}, [{Xn|SP}], {elementstep3}"
        ) { word, t in t.loadElements(word, 3, .postIndex) }
        defineVector(
            "LD4 (single structure, post-index)", "0q001101111mmmmmoo1Szznnnnnttttt",
            "ld4 {element4}, [{Xn|SP}], {elementstep4}"
        ) { word, t in t.loadElements(word, 4, .postIndex) }
    }

    private mutating func defineElementCopies() {
        defineVector(
            "LD1R", "0q001101010000001100zznnnnnttttt", "ld1r {list1}, [{Xn|SP}]",
            overlapping: true
        ) { word, t in t.loadCopies(word, 1) }
        defineVector(
            "LD2R", "0q001101011000001100zznnnnnttttt", "ld2r {list2}, [{Xn|SP}]",
            overlapping: true
        ) { word, t in t.loadCopies(word, 2) }
        defineVector(
            "LD3R", "0q001101010000001110zznnnnnttttt", "ld3r {list3}, [{Xn|SP}]",
            overlapping: true
        ) { word, t in t.loadCopies(word, 3) }
        defineVector(
            "LD4R", "0q001101011000001110zznnnnnttttt", "ld4r {list4}, [{Xn|SP}]",
            overlapping: true
        ) { word, t in t.loadCopies(word, 4) }
    }

    private mutating func defineElementCopiesPostIndex() {
        defineVector(
            "LD1R (post-index)", "0q001101110mmmmm1100zznnnnnttttt", "ld1r {list1}, [{Xn|SP}], {copystep1}",
            overlapping: true
        ) { word, t in t.loadCopies(word, 1, .postIndex) }
        defineVector(
            "LD2R (post-index)", "0q001101111mmmmm1100zznnnnnttttt", "ld2r {list2}, [{Xn|SP}], {copystep2}",
            overlapping: true
        ) { word, t in t.loadCopies(word, 2, .postIndex) }
        defineVector(
            "LD3R (post-index)", "0q001101110mmmmm1110zznnnnnttttt", "ld3r {list3}, [{Xn|SP}], {copystep3}",
            overlapping: true
        ) { word, t in t.loadCopies(word, 3, .postIndex) }
        defineVector(
            "LD4R (post-index)", "0q001101111mmmmm1110zznnnnnttttt", "ld4r {list4}, [{Xn|SP}], {copystep4}",
            overlapping: true
        ) { word, t in t.loadCopies(word, 4, .postIndex) }
    }
}

extension A64Translation {
    /// Every load comes before any register changes: each may fault.
    fileprivate mutating func loadElements(_ word: UInt32, _ count: Int, _ writeback: Writeback = .none) -> Bool {
        guard let (size, index) = word.structureElement else { return false }
        let base = base(word.rn)
        let values = loadStructure(base, size, count)
        moveStructureBase(word, base, bytes: count * size.bytes, writeback)
        for offset in 0..<count {
            let number = word.rt &+ UInt32(offset)
            setV(number, ir.insertLane(size.scalar, v(number), values[offset], UInt64(index)))
        }
        return true
    }

    fileprivate mutating func storeElements(_ word: UInt32, _ count: Int, _ writeback: Writeback = .none) -> Bool {
        guard let (size, index) = word.structureElement else { return false }
        let base = base(word.rn)
        for offset in 0..<count {
            let value = ir.extractLane(size.scalar, v(word.rt &+ UInt32(offset)), UInt64(index))
            ir.store(size.scalar, base, value, offset: Int64(offset * size.bytes), plainAccess)
        }
        moveStructureBase(word, base, bytes: count * size.bytes, writeback)
        return true
    }

    /// LD1R to LD4R.
    fileprivate mutating func loadCopies(_ word: UInt32, _ count: Int, _ writeback: Writeback = .none) -> Bool {
        let size = Lanes.Size(rawValue: UInt8(truncatingIfNeeded: word.bits(10, 2))) ?? .b
        let base = base(word.rn)
        let values = loadStructure(base, size, count)
        moveStructureBase(word, base, bytes: count * size.bytes, writeback)
        for offset in 0..<count {
            setV(word.rt &+ UInt32(offset), ir.splat(Lanes(size, word.vectorWidth), values[offset]))
        }
        return true
    }

    private mutating func loadStructure(_ base: Value, _ size: Lanes.Size, _ count: Int) -> VectorList {
        var values = VectorList(repeating: .none)
        for index in 0..<count {
            values[index] = ir.load(size.scalar, base, offset: Int64(index * size.bytes), plainAccess)
        }
        return values
    }
}
