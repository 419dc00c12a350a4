package import Guest
package import IR

/// A64 as a single program sees it: EL0 alone. Its memory map and exceptions are the business of a `ProgramPort`, which
/// stands where a kernel would.
package enum A64User: GuestArchitecture {
    package static var layout: CPUStateLayout { A64State.layout }
    package static var programCounter: StateSlot { A64State.pc }
    package static var floatEnvironment: StateSlot? { A64State.floatingPoint }
    package static var conditionFlags: StateSlot? { A64State.nzcv }
    package static var mmuIndexCount: Int { 1 }
    package static var unprivilegedMMUIndex: Int { 0 }

    /// What an operating system prepares for a program: cache operations, DC ZVA, the virtual counter, FP and SIMD are
    /// allowed, and the top byte of an address is the program's own.
    package static func reset(_ state: CPUState, environment: any GuestEnvironment) {
        A64.reset(state, environment: environment)
        state[.sctlr] |=
            SystemControl.mmu | SystemControl.userCacheZero | SystemControl.userCacheType
            | SystemControl.userWaitInterrupt | SystemControl.userWaitEvent | SystemControl.userCacheMaintenance
            | SystemControl.stackAlignmentEL0
        let features = A64.model(state).features
        if features.contains(.memoryOperations) { state[.sctlr] |= SystemControl.userMemoryOperations }
        // Only BR through x16 and x17 may lead to PACIxSP.
        if features.contains(.branchTargets) { state[.sctlr] |= SystemControl.strictLandingsEL0 }
        state[.cpacr] = 3 << 20
        // 48-bit addresses.
        state[.tcr] |= TranslationControl.tagsInLowerHalf | 16 | 16 << 16
        state[.cntkctl] = virtualCounterAccess
        A64.setProcessState(ProcessState(0), state)
    }

    /// Gives the keys of `mask` new random values: bit 0 IA, 1 IB, 2 DA, 3 DB, 4 the generic key, as
    /// `prctl(PR_PAC_RESET_KEYS)` has them.
    package static func resetKeys(_ mask: UInt64, _ state: CPUState) {
        var random = SystemRandomNumberGenerator()
        for (index, cell) in PointerAuthentication.keyCells.enumerated() where mask >> UInt64(index / 2) & 1 != 0 {
            state[cell] = random.next()
        }
    }

    /// A new thread has its maker's keys, and those enabled that its maker has.
    package static func copyKeys(from maker: CPUState, to state: CPUState) {
        for cell in PointerAuthentication.keyCells { state[cell] = maker[cell] }
        enableKeys(0xf, enabledKeys(maker), state)
    }

    /// Which of the four address keys are in use, as `prctl(PR_PAC_GET_ENABLED_KEYS)` tells it.
    package static func enabledKeys(_ state: CPUState) -> UInt64 {
        var mask: UInt64 = 0
        for (index, key) in keysInOrder.enumerated() where state[.sctlr] & key.enable != 0 {
            mask |= 1 << UInt64(index)
        }
        return mask
    }

    /// Puts the keys of `affected` into use or out of it.
    package static func enableKeys(_ affected: UInt64, _ enabled: UInt64, _ state: CPUState) {
        for (index, key) in keysInOrder.enumerated() where affected >> UInt64(index) & 1 != 0 {
            state[.sctlr] = enabled >> UInt64(index) & 1 != 0 ? state[.sctlr] | key.enable : state[.sctlr] & ~key.enable
        }
        A64.refreshFlags(state)
    }

    /// In the order of prctl's bits.
    private static let keysInOrder = AddressKey.allCases

    /// A program begins with random keys, all in use; its threads get them by `copyKeys`.
    package static func beginKeys(_ state: CPUState) {
        guard A64.model(state).features.contains(.pointerAuthentication) else { return }
        resetKeys(0x1f, state)
        enableKeys(0xf, 0xf, state)
    }

    /// CNTKCTL_EL1.EL0VCTEN.
    private static let virtualCounterAccess: UInt64 = 1 << 1

    package static func translationFlags(_ state: CPUState) -> UInt64 { A64.translationFlags(state) }
    package static func flushesSubnormals(_ flags: UInt64) -> Bool { A64.flushesSubnormals(flags) }
    package static func mmuIndex(_ state: CPUState) -> Int { 0 }
    package static func setEntryMode(_ mode: UInt64, _ state: CPUState) { A64.setEntryMode(mode, state) }
    package static func blockFlags(_ flags: UInt64, first: UInt32, guarded: Bool) -> UInt64 {
        A64.blockFlags(flags, first: first, guarded: guarded)
    }

    package static func translate(
        pc: UInt64, code: CodeWindow, flags: UInt64, limit: Int, into builder: inout Builder
    ) {
        A64.translate(pc: pc, code: code, flags: flags, limit: limit, into: &builder)
    }

    package static func translateAddress(
        _ address: UInt64, _ access: AccessKind, mmuIndex: Int, _ state: CPUState, environment: any GuestEnvironment
    ) -> Result<PageTranslation, MemoryFaultError> {
        if access == .fetch && address & 3 != 0 {
            return .failure(MemoryFaultError(MemoryFault(address: address, access: access, cause: .alignment)))
        }
        return port(environment).translate(address, access, vcpu: environment.vcpuIndex)
    }

    package static func callHelper(
        _ number: Int, _ a: UInt64, _ b: UInt64, _ c: UInt64, pc: UInt64, _ state: CPUState,
        environment: any GuestEnvironment
    ) -> HelperOutcome {
        switch SystemHelper(rawValue: number) {
        case .checkCacheAccess, .invalidateCodePage:
            let isCode = number == SystemHelper.invalidateCodePage.rawValue
            switch port(environment).translate(a, .read, vcpu: environment.vcpuIndex) {
            case .success(let page):
                if isCode { environment.invalidateCode(physical: page.physical, broadcast: true) }
                return .value(0)
            case .failure(let error):
                // Cache maintenance counts as a write (Arm ARM D7.5.9).
                return .fault(MemoryFault(address: a, access: .write, cause: error.fault.cause))
            }
        default:
            return A64.callHelper(number, a, b, c, pc: pc, state, environment: environment)
        }
    }

    package static func raise(
        kind: UInt16, payload: UInt64, pc: UInt64, _ state: CPUState, environment: any GuestEnvironment
    ) {
        // A program does not see this one: the kernel begins the operation anew.
        if kind == A64ExceptionKind.memoryOperation.rawValue {
            return MemoryOperation.restart(payload, pc: pc, state)
        }
        port(environment).raise(kind: kind, payload: payload, pc: pc, vcpu: environment.vcpuIndex)
    }

    package static func deliver(
        _ fault: MemoryFault, pc: UInt64, _ state: CPUState, environment: any GuestEnvironment
    ) {
        port(environment).deliver(fault, pc: pc, vcpu: environment.vcpuIndex)
    }

    package static func deliverInterrupt(
        _ lines: InterruptLines, _ state: CPUState, environment: any GuestEnvironment
    ) -> Bool {
        port(environment).deliverSignals(vcpu: environment.vcpuIndex)
    }

    package static func wakes(_ lines: InterruptLines, _ state: CPUState) -> Bool { !lines.isEmpty }

    package static func disassemble(_ word: UInt32, pc: UInt64) -> String { A64.disassemble(word, pc: pc) }

    private static func port(_ environment: any GuestEnvironment) -> any ProgramPort {
        guard let program = environment.program else { preconditionFailure("A64User runs in a program's surroundings") }
        return program
    }
}
