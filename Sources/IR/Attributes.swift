/// What order the guest requires of a memory access (Arm ARM B2.3). The back ends add only what the host lacks.
package enum MemoryOrdering: UInt8, CaseIterable, Sendable {
    case plain
    /// Later accesses stay after it, and it stays after earlier `release` stores (LDAR).
    case acquire
    /// As `acquire`, but may pass earlier releases (LDAPR).
    case acquirePC
    case release
    case acquireRelease

    package var text: StaticString {
        switch self {
        case .plain: "plain"
        case .acquire: "acquire"
        case .acquirePC: "acquirepc"
        case .release: "release"
        case .acquireRelease: "acqrel"
        }
    }
}

/// The attribute of a memory operation.
package struct MemoryAttributes: Equatable, Sendable {
    package var rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package init(
        _ ordering: MemoryOrdering = .plain, aligned: Bool = false, unprivileged: Bool = false, tracked: Bool = false,
        withinQuadword: Bool = false, elements: Lanes.Size? = nil
    ) {
        rawValue =
            UInt16(ordering.rawValue) | (aligned ? 0x10 : 0) | (unprivileged ? 0x20 : 0) | (tracked ? 0x40 : 0)
            | (withinQuadword ? 0x80 : 0) | (elements.map { UInt16($0.rawValue) + 1 } ?? 0) << 8
    }

    package var ordering: MemoryOrdering {
        MemoryOrdering(rawValue: UInt8(truncatingIfNeeded: rawValue & 0xf)) ?? .plain
    }
    /// An unaligned address is an alignment fault.
    package var aligned: Bool { rawValue & 0x10 != 0 }
    /// Checked with the permissions of the unprivileged level (LDTR, STTR).
    package var unprivileged: Bool { rawValue & 0x20 != 0 }
    /// Of a load-linked: its store-conditional must fail after any other write to the location, also one of the same
    /// value. Without it comparing the value is exact, because what lies between has no other effect (a closed sequence).
    package var tracked: Bool { rawValue & 0x40 != 0 }
    /// With `aligned`: an unaligned access that does not leave the 16 aligned bytes around it is no fault either.
    package var withinQuadword: Bool { rawValue & 0x80 != 0 }

    /// The access stands for one of each of its elements (LD1 to LD4, ST1 to ST4): it is their alignment that counts, and
    /// device memory sees each.
    package var elements: Lanes.Size? {
        rawValue & 0x700 == 0 ? nil : Lanes.Size(rawValue: UInt8(truncatingIfNeeded: rawValue >> 8 & 7) - 1)
    }
    /// In ordinary memory there is nothing to it but the bytes.
    package var isSimple: Bool { rawValue & ~0x700 == 0 }

    /// Whether an access of `bytes` (a power of two) to `address` is an alignment fault.
    package func forbids(_ address: UInt64, bytes whole: UInt64) -> Bool {
        let bytes = elements.map { UInt64($0.bytes) } ?? whole
        guard aligned && address & (bytes &- 1) != 0 else { return false }
        return !withinQuadword || address & 15 &+ bytes > 16
    }
}

/// Which earlier accesses a fence keeps before which later ones, the attribute of `fence`.
package struct FenceBits: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package static let loadLoad = FenceBits(rawValue: 1)
    package static let loadStore = FenceBits(rawValue: 2)
    package static let storeLoad = FenceBits(rawValue: 4)
    package static let storeStore = FenceBits(rawValue: 8)
    package static let all: FenceBits = [.loadLoad, .loadStore, .storeLoad, .storeStore]
}

/// What `fetchAndOperate` stores, given the old value and the operand.
@usableFromInline package enum FetchOperation: UInt8, CaseIterable, Sendable {
    case add, andNot, xor, or, signedMax, signedMin, unsignedMax, unsignedMin

    package var text: StaticString {
        switch self {
        case .add: "add"
        case .andNot: "andn"
        case .xor: "xor"
        case .or: "or"
        case .signedMax: "smax"
        case .signedMin: "smin"
        case .unsignedMax: "umax"
        case .unsignedMin: "umin"
        }
    }

    @inlinable @inline(__always)
    package func apply<Word: MachineWord>(_ old: Word, _ operand: Word) -> Word {
        switch self {
        case .add: old &+ operand
        case .andNot: old & ~operand
        case .xor: old ^ operand
        case .or: old | operand
        case .signedMax: old.signed >= operand.signed ? old : operand
        case .signedMin: old.signed <= operand.signed ? old : operand
        case .unsignedMax: max(old, operand)
        case .unsignedMin: min(old, operand)
        }
    }
}

/// How control arrives at a jump's target: what a return predictor wants to know.
package enum BranchKind: UInt8, CaseIterable, Sendable {
    case jump, call, `return`

    package var text: StaticString {
        switch self {
        case .jump: "jump"
        case .call: "call"
        case .return: "return"
        }
    }
}

/// How control arrives at a block, 0 to 3, where the guest's blocks depend on it (A64: PSTATE.BTYPE). It is part of the
/// translation flags of the block that is entered, and of no later one.
package enum EntryMode {
    /// Lowest bit in the translation flags.
    package static let shift: UInt64 = 54
    package static let mask: UInt64 = 3 << shift
}

/// Why a block gives control back to the run loop although nothing went wrong.
package enum ExitKind: UInt8, CaseIterable, Sendable {
    /// The state that blocks depend on may have changed: look the next block up anew.
    case stateChanged
    case waitForInterrupt, waitForEvent, yield

    package var text: StaticString {
        switch self {
        case .stateChanged: "state"
        case .waitForInterrupt: "wfi"
        case .waitForEvent: "wfe"
        case .yield: "yield"
        }
    }
}

/// What a helper may do besides computing its result. None of them set: a pure function of its arguments.
package struct HelperEffects: OptionSet, Sendable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }
    package static let readsState = HelperEffects(rawValue: 1)
    package static let writesState = HelperEffects(rawValue: 2)
    package static let mayFault = HelperEffects(rawValue: 4)
    /// Acts on something outside the CPU state: memory, a device, another CPU.
    package static let acts = HelperEffects(rawValue: 8)
    package static let everything: HelperEffects = [.readsState, .writesState, .mayFault, .acts]
}
