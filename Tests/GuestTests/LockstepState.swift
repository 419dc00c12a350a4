import Engine
import Guest
import GuestA64

/// All registers of an A64 vCPU, system registers included, and how many instructions it has run.
struct LockstepState {
    let guestInstructions: UInt64
    private let cells: [UInt64]

    /// The cells before the vectors, and the two of each of those; what lies between is room for longer ones.
    private static let places: [Int] =
        Array(0..<A64State.v(0).offset / 8)
        + (0..<32 as Range<UInt32>).flatMap { (number) -> [Int] in
            let cell = A64State.v(number).offset / 8
            return [cell, cell + 1]
        }

    init(_ vcpu: VCPU<A64>) {
        guestInstructions = vcpu.guestInstructions
        cells = Self.places.map { place in
            let value = vcpu.state[StateSlot(cell: place)]
            // PSTATE.BTYPE, bits 11 and 10, is in the state only where a block of a guarded page is about to be entered:
            // elsewhere it makes no difference, and whoever jumps within translated code leaves it out.
            return place == A64State.pstate.offset / 8 ? value & ~0xc00 : value
        }
    }

    /// What `self` has otherwise than `other`; nil when nothing.
    func difference(from other: LockstepState) -> String? {
        if cells == other.cells { return nil }
        let parts = Self.places.indices.filter { cells[$0] != other.cells[$0] }.map { index in
            let (ours, theirs) = (String(cells[index], radix: 16), String(other.cells[index], radix: 16))
            return "\(Self.name(Self.places[index])) 0x\(ours) not 0x\(theirs)"
        }
        let pc = String(other.cells[A64State.pc.offset / 8], radix: 16)
        return "after \(guestInstructions) instructions, pc 0x\(pc): \(parts.joined(separator: ", "))"
    }

    private static func name(_ cell: Int) -> String {
        let first = A64State.v(0).offset / 8
        if cell >= first { return "v\((cell - first) / 32)[\((cell - first) % 32)]" }
        return cell < 31 ? "x\(cell)" : "cell \(cell)"
    }
}
