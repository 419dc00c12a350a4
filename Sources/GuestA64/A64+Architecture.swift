package import Guest
package import IR
import Support

/// A64 as the engine sees it.
extension A64: GuestArchitecture {
    package static var layout: CPUStateLayout { A64State.layout }
    package static var programCounter: StateSlot { A64State.pc }
    package static var floatEnvironment: StateSlot? { A64State.floatingPoint }
    package static var conditionFlags: StateSlot? { A64State.nzcv }

    // MARK: Reset

    /// Says which processor the vCPU of `state` is. Call it before `reset`, which keeps the model.
    package static func setModel(_ model: CPUModel, _ state: CPUState) {
        state[.model] = UInt64(CPUModel.all.firstIndex(of: model) ?? 0)
    }

    /// EL1 with its own stack, everything masked, MMU and caches off (Arm ARM D1.3.9). What the architecture leaves
    /// unknown is zero.
    package static func reset(_ state: CPUState, environment: any GuestEnvironment) {
        let model = state[.model]
        for cell in 0..<A64State.cells { state[StateSlot(cell: cell)] = 0 }
        state[.model] = model
        state[.mpidr] = affinity(environment.vcpuIndex)
        state[.sctlr] = SystemControl.reset(Self.model(state).features)
        state[.osLock] = 1
        setProcessState(ProcessState(ProcessState.exceptionEntry), state)
        environment.invalidateTLB(.all, broadcast: false)
        environment.clearExclusiveMonitor()
    }

    /// MPIDR_EL1 of vCPU `index`: eight to a cluster, which GICv2's target lists can address.
    package static func affinity(_ index: Int) -> UInt64 {
        let number = UInt64(truncatingIfNeeded: index)
        return 1 << 31 | (number >> 3) << 8 | number & 7
    }

    // MARK: Blocks

    package static func translationFlags(_ state: CPUState) -> UInt64 {
        let flags = A64TranslationFlags(rawValue: state[A64State.flags])
        let modes = state[A64State.sp] & 15 == 0 ? flags.subtracting(.checksStackAlignment) : flags
        let flushes = state[A64State.floatingPoint] & A64State.flushToZero != 0
        return modes.rawValue | (flushes ? A64TranslationFlags.flushesSubnormals.rawValue : 0) | entryMode(state)
    }

    package static func flushesSubnormals(_ flags: UInt64) -> Bool {
        A64TranslationFlags(rawValue: flags).contains(.flushesSubnormals)
    }

    package static func translate(
        pc: UInt64, code: CodeWindow, flags: UInt64, limit: Int, into builder: inout Builder
    ) {
        let modes = A64TranslationFlags(rawValue: flags)
        // Branches do not trouble to remove the tag of their target: the block there does, on the rare occasion.
        let untagged = branchAddress(pc, modes)
        if untagged != pc { return builder.jump(untagged) }
        // A misaligned pc comes before an illegal state, and both before any instruction (Arm ARM D1.3.5).
        if modes.contains(.illegalState) && pc & 3 == 0 {
            builder.guestInstruction(pc)
            builder.raise(kind: A64ExceptionKind.illegalState.rawValue, payload: modes.branchType)
            return
        }
        if let word = code.word(at: 0), !isLanding(word, modes) {
            builder.guestInstruction(pc)
            builder.raise(kind: A64ExceptionKind.branchTarget.rawValue, payload: modes.branchType)
            return
        }
        translateBlock(pc: pc, code: code, flags: flags, limit: limit, into: &builder)
    }

    // MARK: Memory

    /// One each for EL0, EL1, and EL1 while PSTATE.PAN keeps it from what EL0 can access.
    package static var mmuIndexCount: Int { 3 }
    package static var unprivilegedMMUIndex: Int { 0 }

    package static func mmuIndex(_ state: CPUState) -> Int {
        let process = processState(state)
        if process.exceptionLevel == 0 { return 0 }
        return process.has(ProcessState.privilegedAccessNever) ? 2 : 1
    }

    package static func translateAddress(
        _ address: UInt64, _ access: AccessKind, mmuIndex: Int, _ state: CPUState, environment: any GuestEnvironment
    ) -> Result<PageTranslation, MemoryFaultError> {
        if access == .fetch && address & 3 != 0 {
            return .failure(MemoryFaultError(MemoryFault(address: address, access: access, cause: .alignment)))
        }
        let walk = StageOne(
            state, isEL0: mmuIndex == 0, access: access == .fetch ? .fetch : .data,
            privilegedAccessNever: mmuIndex == 2)
        switch walk.translate(address, needs(access), environment) {
        case .success(let page): return .success(PageTranslation(page, for: access))
        case .failure(let failure):
            let fault = MemoryFault(address: address, access: access, cause: .translation(failure.status))
            return .failure(MemoryFaultError(fault))
        }
    }

    private static func needs(_ access: AccessKind) -> StageOne.Needs {
        switch access {
        case .read: .read
        case .write: .write
        case .fetch: .execute
        }
    }
}

extension PageTranslation {
    /// A fetch learns nothing about data accesses: with the MMU off the same page is normal memory to the one and a
    /// device to the other.
    fileprivate init(_ page: StageOne.Page, for access: AccessKind) {
        let isFetch = access == .fetch
        self.init(
            physical: page.physical, readable: !isFetch && page.permissions.contains(.read),
            writable: !isFetch && page.permissions.contains(.write),
            executable: page.permissions.contains(.execute), device: !isFetch && page.isDevice,
            global: page.isGlobal, guarded: isFetch && page.isGuarded, span: page.span)
    }
}
