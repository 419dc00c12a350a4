import Guest
import GuestA64
import IR

/// The registers and memory that a vector runs on: one readable and writable page at 0x20000000 with known bytes, a
/// readable page at 0x10000000 that begins with the instruction and goes on with breakpoints, nothing else.
struct VectorMachine {
    static let codeBase: UInt64 = 0x1000_0000
    static let dataBase: UInt64 = 0x2000_0000
    static let pageSize: UInt64 = 0x1000
    static let initialSP: UInt64 = 0x2000_0900
    /// BRK #0x77, which fills the code page.
    private static let breakpoint: UInt32 = 0xd420_0ee0

    var cells = [UInt64](repeating: 0, count: A64State.cells)
    var data: [UInt8]
    var exclusive: (address: UInt64, count: Int)?
    private let word: UInt32

    init(_ vector: VectorCase) {
        word = vector.word
        data = (0..<Self.pageSize).map { Self.initialByte(Self.dataBase + $0) }
        self[A64State.sp] = Self.initialSP
        self[A64State.pc] = Self.codeBase
        // EL0 may wait: SCTLR_EL1.nTWI and nTWE.
        self[SystemCell.sctlr.slot] = 1 << 16 | 1 << 18
        for (register, value) in vector.inputs { set(register, value) }
    }

    static func initialByte(_ address: UInt64) -> UInt8 {
        UInt8(truncatingIfNeeded: (address &* 0x9E37_79B1) >> 24)
    }

    subscript(slot: StateSlot) -> UInt64 {
        get { cells[slot.offset / 8] }
        set { cells[slot.offset / 8] = newValue }
    }

    private mutating func set(_ register: VectorCase.Register, _ wide: UInt128) {
        let value = UInt64(truncatingIfNeeded: wide)
        switch register {
        case .x(let number): self[A64State.x(UInt32(number))] = value
        case .sp: self[A64State.sp] = value
        case .pc: self[A64State.pc] = value
        case .nzcv: self[A64State.nzcv] = UInt64(Flags(statusWord: UInt32(value) << 28).rawValue)
        case .v(let number): setVector(number, wide)
        case .fpcr: setFloatingPointControl(value)
        case .fpsr: setFloatingPointStatus(value)
        }
    }

    /// The named registers, flags as the four bits N, Z, C, V.
    var registers: [VectorCase.Register: UInt128] {
        var result: [VectorCase.Register: UInt128] = [.sp: UInt128(self[A64State.sp]), .pc: UInt128(self[A64State.pc])]
        for number in 0..<31 { result[.x(number)] = UInt128(self[A64State.x(UInt32(number))]) }
        for number in 0..<32 { result[.v(number)] = vector(number) }
        let flags = Flags(rawValue: UInt32(truncatingIfNeeded: self[A64State.nzcv]))
        result[.nzcv] = UInt128(flags.statusWord >> 28)
        result[.fpcr] = UInt128(floatingPointControl)
        result[.fpsr] = UInt128(floatingPointStatus)
        return result
    }

    private func vector(_ number: Int) -> UInt128 {
        let cell = A64State.v(UInt32(number)).offset / 8
        return UInt128(cells[cell + 1]) << 64 | UInt128(cells[cell])
    }

    private mutating func setVector(_ number: Int, _ value: UInt128) {
        let cell = A64State.v(UInt32(number)).offset / 8
        cells[cell] = UInt64(truncatingIfNeeded: value)
        cells[cell + 1] = UInt64(truncatingIfNeeded: value >> 64)
    }

    /// The byte at `address`; nil where nothing is mapped, or only for reading and `writing`.
    func byte(_ address: UInt64, writing: Bool) -> UInt8? {
        if address >= Self.dataBase && address < Self.dataBase + Self.pageSize {
            return data[Int(address - Self.dataBase)]
        }
        guard !writing, address >= Self.codeBase, address < Self.codeBase + Self.pageSize else { return nil }
        let offset = address - Self.codeBase
        return UInt8(truncatingIfNeeded: (offset < 4 ? word : Self.breakpoint) >> UInt32(offset % 4 * 8))
    }
}

/// FPCR and FPSR, which `A64State.floatingPoint` holds packed.
extension VectorMachine {
    /// The fields of FPCR: lowest bit there, lowest bit in the cell, mask of the width.
    private static let controlFields: [(register: UInt64, cell: UInt64, mask: UInt64)] = [
        (22, 0, 3), (24, 2, 1), (19, 3, 1), (25, 4, 1), (26, 5, 1),
    ]

    private var floatingPointControl: UInt64 {
        let cell = self[A64State.floatingPoint]
        return Self.controlFields.reduce(0) { $0 | (cell >> $1.cell & $1.mask) << $1.register }
    }

    private var floatingPointStatus: UInt64 { self[A64State.floatingPoint] >> 32 }

    private mutating func setFloatingPointControl(_ value: UInt64) {
        let bits = Self.controlFields.reduce(0) { $0 | (value >> $1.register & $1.mask) << $1.cell }
        self[A64State.floatingPoint] = self[A64State.floatingPoint] & ~0xffff_ffff | bits
    }

    private mutating func setFloatingPointStatus(_ value: UInt64) {
        self[A64State.floatingPoint] = self[A64State.floatingPoint] & 0xffff_ffff | value << 32
    }
}

/// Accesses of 1 to 16 bytes, little-endian.
extension VectorMachine {
    func check(
        _ address: UInt64, _ count: Int, _ attributes: MemoryAttributes, writing: Bool
    ) throws(MemoryFaultError) {
        let kind: AccessKind = writing ? .write : .read
        if attributes.forbids(address, bytes: UInt64(count)) {
            throw MemoryFaultError(MemoryFault(address: address, access: kind, cause: .alignment))
        }
        for offset in 0..<UInt64(count) where byte(address &+ offset, writing: writing) == nil {
            let fault = MemoryFault(address: address &+ offset, access: kind, cause: .translation(7))
            throw MemoryFaultError(fault)
        }
    }

    func read(_ address: UInt64, _ count: Int) -> UInt128 {
        (0..<UInt64(count)).reduce(0) { $0 | UInt128(byte(address &+ $1, writing: false) ?? 0) << ($1 * 8) }
    }

    mutating func write(_ address: UInt64, _ count: Int, _ value: UInt128) {
        for offset in 0..<UInt64(count) {
            data[Int(address &+ offset &- Self.dataBase)] = UInt8(truncatingIfNeeded: value >> (offset * 8))
        }
    }
}
