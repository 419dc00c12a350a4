import IR
import X64

// Guest memory whose addresses are host addresses: of programs, whose address space is a part of the emulator's own.
//
// Nothing is looked up. An access asks whether the address is one of the guest's at all, which keeps it out of the
// emulator's memory, and is made; what the guest has mapped there, and how, the host's own page tables know. Where they forbid
// the access, the host's signal handler sends the thread on to the access's slow path, as a TLB that misses does, and the
// engine finds out what to tell the guest.
//
// The handler needs no table for that: right before each such access stands the jump that leaves to its slow path
// (`DirectAccess.slowPath`).

extension NativeCompiler {
    /// How far an access may be from the address that is checked: less than what nobody maps behind the guest's memory.
    private static var reach: Int64 { DirectAccess.guardBytes / 2 }

    /// The register that an access's address is in, or at a distance from: without order an access needs no address of its own.
    mutating func locateDirect(_ access: Instruction, _ index: Int) -> Location {
        let location = hasToBeAligned(access) ? .direct(address(access, index), 0) : place(access, index)
        if case .direct(let base, _) = location { lock(base) }
        return location
    }

    func hasToBeAligned(_ access: Instruction) -> Bool {
        access.memory.aligned || access.memory.ordering != .plain
    }

    private mutating func place(_ access: Instruction, _ index: Int) -> Location {
        let offset = Int64(bitPattern: access.imm)
        guard abs(offset) < Self.reach else { return .direct(address(access, index), 0) }
        if isFolded(access.a, into: index) {
            let sum = block[access.a]
            if let step = constant(sum.b), abs(Int64(bitPattern: step)) < Self.reach - abs(offset) {
                let total = Int64(bitPattern: step) + offset
                return .direct(register(sum.a), Int32(truncatingIfNeeded: total))
            }
        } else if constant(access.a) == nil {
            return .direct(register(access.a), Int32(truncatingIfNeeded: offset))
        }
        return .direct(address(access, index), 0)
    }

    /// Leaves to `slow` unless `address` is the guest's and aligned to `bytes`. The access follows at once.
    mutating func checkAddress(_ address: GPR, bytes: Int, slow: Assembler.Label) {
        guard let masks = layout.addressMasks else { preconditionFailure("native code: no address is the host's") }
        asm.op(.testMR, .qword, address, Fixed.cell(masks + 8 * Int32(bytes.trailingZeroBitCount)))
        asm.jump(.ne, slow)
    }

    /// Out of line, first: the whole address into rcx, and the access made where only its tag, which the processor
    /// ignores, kept it from being made. Goes on behind this when it was not.
    mutating func accessUntagged(_ stub: Stub) {
        if stub.address != .rcx || stub.offset != 0 {
            asm.op(.lea, .qword, .rcx, .at(stub.address, stub.offset))
        }
        if stub.isAligned || stub.bytes == 0 { return }
        prepareValue(stub)
        let engine = asm.label()
        asm.call(to: thunks.untag)
        asm.jump(.ne, engine)
        perform(stub, .at(.rax))
        if stub.kind == .store { leaveNumber(at: .at(.rax)) }
        asm.jump(stub.back)
        asm.bind(engine)
    }
}

extension Thunks {
    /// Whether the address in rcx is one of the guest's but for a tag: then the flag Z, and the address without it in rax.
    static func emitUntag(_ a: inout Assembler, _ layout: NativeLayout) {
        let untagged = a.label()
        a.op(.movMR, .qword, .rcx, .gpr(.rax))
        a.op(.shlI, .qword, .gpr(.rax), 8)
        a.op(.shrI, .qword, .gpr(.rax), 8)
        a.op(.cmpMR, .qword, .rax, .gpr(.rcx))
        a.jump(.e, untagged)
        a.op(.testMR, .qword, .rax, Fixed.cell(layout.addressMasks ?? layout.context))
        a.op(.ret)
        a.bind(untagged)
        a.op(.testMR, .qword, .rsp, .gpr(.rsp))
        a.op(.ret)
    }
}

/// What the engine and its host know of direct accesses.
package enum DirectAccess {
    /// Bytes behind the guest's memory that nobody may ever map: an access lies that near to an address that was checked.
    package static let guardBytes: Int64 = 1 << 16

    /// Where native code goes on whose access at `place` the host has forbidden; nil where there is no such access. `place` must
    /// be the address of an instruction of native code. For signal handlers.
    package static func slowPath(ofAccessAt place: UInt64) -> UInt64? {
        // JNE with a displacement of 32 bits.
        let length: UInt64 = 6
        guard let jump = UnsafeRawPointer(bitPattern: UInt(place - length)),
            jump.loadUnaligned(as: UInt16.self) == 0x850f
        else { return nil }
        let distance = jump.loadUnaligned(fromByteOffset: 2, as: Int32.self)
        return place &+ UInt64(bitPattern: Int64(distance))
    }
}
