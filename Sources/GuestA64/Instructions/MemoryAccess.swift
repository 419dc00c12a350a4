import Guest
import IR
import Support

/// What a load or store of one general register moves, and how a load widens it.
struct RegisterAccess {
    enum Extension { case zero, signedTo32, signedTo64 }

    let type: ValueType
    let `extension`: Extension

    static let byte = RegisterAccess(type: .i8, extension: .zero)
    static let signedByte32 = RegisterAccess(type: .i8, extension: .signedTo32)
    static let signedByte64 = RegisterAccess(type: .i8, extension: .signedTo64)
    static let halfword = RegisterAccess(type: .i16, extension: .zero)
    static let signedHalfword32 = RegisterAccess(type: .i16, extension: .signedTo32)
    static let signedHalfword64 = RegisterAccess(type: .i16, extension: .signedTo64)
    static let word = RegisterAccess(type: .i32, extension: .zero)
    static let signedWord = RegisterAccess(type: .i32, extension: .signedTo64)
    static let doubleword = RegisterAccess(type: .i64, extension: .zero)

    /// log2 of the bytes moved.
    var scale: UInt32 {
        switch type {
        case .i8: 0
        case .i16: 1
        case .i32: 2
        default: 3
        }
    }
}

/// When a load or store changes its base register.
enum Writeback { case none, postIndex, preIndex }

/// Addresses.
extension A64Translation {
    /// The base register of an access, X`number` or SP; an SP that must be and is not known to be 16-byte aligned is
    /// checked first (Arm ARM D1.8.2).
    mutating func base(_ number: UInt32) -> Value {
        let base = registerOrSP(number, .i64)
        if number == 31 && flags.contains(.checksStackAlignment) && !stackPointerIsChecked {
            ir.guardClear(.i64, base, mask: 15, kind: A64ExceptionKind.stackAlignment.rawValue)
            stackPointerIsChecked = true
        }
        return base
    }

    /// The attributes of an access without ordering: aligned only where SCTLR_EL1.A asks for it.
    var plainAccess: MemoryAttributes {
        MemoryAttributes(.plain, aligned: flags.contains(.checksAlignment))
    }

    /// The attributes of an exclusive or atomic access: aligned, or with FEAT_LSE2 within 16 aligned bytes (shared
    /// pseudocode `AArch64.UnalignedAccessFaults`).
    func atomicAccess(_ ordering: MemoryOrdering, tracked: Bool = false) -> MemoryAttributes {
        MemoryAttributes(
            ordering, aligned: true, tracked: tracked,
            withinQuadword: has(.unalignedAtomics) && !flags.contains(.checksAlignment))
    }

    /// As `atomicAccess`, of a load-acquire or store-release, which SCTLR_EL1.nAA sets free.
    func orderedAccess(_ ordering: MemoryOrdering) -> MemoryAttributes {
        let isFree = flags.contains(.allowsUnalignedOrdered) && !flags.contains(.checksAlignment)
        return isFree ? MemoryAttributes(ordering) : atomicAccess(ordering)
    }

    /// Moves the base register by `offset` after an access that did not fault.
    mutating func writeBack(_ number: UInt32, _ base: Value, by offset: Int64) {
        let moved = ir.add(.i64, base, ir.constant(.i64, UInt64(bitPattern: offset)))
        setRegisterOrSP(number, moved, .i64, keepsAlignment: offset % 16 == 0)
    }

    /// Whether the extend option of a register offset is one that addresses may use.
    static func isIndexValid(_ word: UInt32) -> Bool { word.bit(14) }

    /// Base plus extended and shifted Rm; refuse encodings that are not `isIndexValid` first.
    mutating func indexedAddress(_ word: UInt32, scale: UInt32) -> Value {
        let base = base(word.rn)
        let index = extended(word.rm, to: .i64, option: word.bits(13, 3), shift: word.bit(12) ? scale : 0)
        return ir.add(.i64, base, index)
    }
}

/// Loads and stores of one general register.
extension A64Translation {
    /// Writes a loaded value to register `number`, widened.
    mutating func setLoaded(_ number: UInt32, _ value: Value, _ access: RegisterAccess) {
        if number == 31 { return }
        switch access.extension {
        case .zero: setRegister(number, value, access.type)
        case .signedTo32: setRegister(number, ir.unary(.signExtend, .i32, value), .i32)
        case .signedTo64: setRegister(number, ir.unary(.signExtend, .i64, value), .i64)
        }
    }

    mutating func loadUnsignedOffset(_ word: UInt32, _ access: RegisterAccess) -> Bool {
        let offset = Int64(word.imm12 << access.scale)
        setLoaded(word.rt, ir.load(access.type, base(word.rn), offset: offset, plainAccess), access)
        return true
    }

    mutating func storeUnsignedOffset(_ word: UInt32, _ access: RegisterAccess) -> Bool {
        let offset = Int64(word.imm12 << access.scale)
        let base = base(word.rn)
        ir.store(access.type, base, register(word.rt, access.type), offset: offset, plainAccess)
        return true
    }

    /// The forms with a 9-bit unscaled offset: unscaled, pre-indexed, post-indexed.
    mutating func loadUnscaled(_ word: UInt32, _ access: RegisterAccess, _ writeback: Writeback = .none) -> Bool {
        let base = base(word.rn)
        let offset = writeback == .postIndex ? 0 : word.simm9
        let value = ir.load(access.type, base, offset: offset, plainAccess)
        if writeback != .none { writeBack(word.rn, base, by: word.simm9) }
        setLoaded(word.rt, value, access)
        return true
    }

    mutating func storeUnscaled(_ word: UInt32, _ access: RegisterAccess, _ writeback: Writeback = .none) -> Bool {
        let base = base(word.rn)
        let offset = writeback == .postIndex ? 0 : word.simm9
        ir.store(access.type, base, register(word.rt, access.type), offset: offset, plainAccess)
        if writeback != .none { writeBack(word.rn, base, by: word.simm9) }
        return true
    }

    mutating func loadRegisterOffset(_ word: UInt32, _ access: RegisterAccess) -> Bool {
        guard Self.isIndexValid(word) else { return false }
        let address = indexedAddress(word, scale: access.scale)
        setLoaded(word.rt, ir.load(access.type, address, plainAccess), access)
        return true
    }

    mutating func storeRegisterOffset(_ word: UInt32, _ access: RegisterAccess) -> Bool {
        guard Self.isIndexValid(word) else { return false }
        let address = indexedAddress(word, scale: access.scale)
        ir.store(access.type, address, register(word.rt, access.type), plainAccess)
        return true
    }
}
