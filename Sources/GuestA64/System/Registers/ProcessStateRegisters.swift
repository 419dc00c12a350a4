import Guest
import IR

/// Arm ARM C5.2: PSTATE fields and the other special-purpose registers.
extension SystemRegisterTable {
    mutating func defineProcessState() {
        define(
            "NZCV", 3, 3, 4, 2, 0, .everywhere,
            .emitted { t in t.ir.resize(t.ir.flagsToWord(t.ir.getState(.flags, A64State.nzcv.offset)), to: .i64) },
            .emitted { t, value in
                let word = t.ir.resize(value, to: .i32)
                t.ir.setState(.flags, A64State.nzcv.offset, t.ir.flagsFromWord(word))
            })
        define(
            "DAIF", 3, 3, 4, 2, 1, .everywhere, .emitted { t in t.processState(ProcessState.interruptMasks) },
            .emitted { t, value in
                t.setProcessState(ProcessState.interruptMasks, value)
                t.recheckInterrupts()
            }, gate: UserGate(.sctlr, SystemControl.userMaskAccess), endsBlock: true)
        define("CurrentEL", 3, 0, 4, 2, 2, .el1Read, .emitted { t in t.ir.constant(.i64, 1 << 2) })
        define(
            "SPSel", 3, 0, 4, 2, 0, .el1, .emitted { t in t.processState(ProcessState.ownStack) },
            .action { value, state, _ in A64.selectStack(value, state) }, endsBlock: true)
        definePresent()
        defineStacks()
        defineFloatingPointControl()
    }

    /// Single PSTATE bits that came after v8.0.
    private mutating func definePresent() {
        define(
            "PAN", 3, 0, 4, 2, 3, .el1, .emitted { t in t.processState(ProcessState.privilegedAccessNever) },
            .emitted { t, value in t.setProcessState(ProcessState.privilegedAccessNever, value) },
            features: .privilegedAccessNever, endsBlock: true)
        define(
            "UAO", 3, 0, 4, 2, 4, .el1, .emitted { t in t.processState(ProcessState.userAccessOverride) },
            .action { value, state, _ in A64.overrideUserAccess(value, state) }, features: .userAccessOverride,
            endsBlock: true)
        define(
            "DIT", 3, 3, 4, 2, 5, .everywhere, .emitted { t in t.processState(ProcessState.dataIndependentTiming) },
            .emitted { t, value in t.setProcessState(ProcessState.dataIndependentTiming, value) },
            features: .dataIndependentTiming)
        define(
            "SSBS", 3, 3, 4, 2, 6, .everywhere,
            .emitted { t in t.processState(ProcessState.speculativeStoreBypassSafe) },
            .emitted { t, value in t.setProcessState(ProcessState.speculativeStoreBypassSafe, value) },
            features: .speculativeStoreBypassSafe)
    }

    private mutating func defineStacks() {
        // Undefined while it is the current stack pointer.
        define(
            "SP_EL0", 3, 0, 4, 1, 0, .el1,
            .emitted { t in
                t.requireOwnStack()
                return t.ir.getState(.i64, SystemCell.spEL0.slot.offset)
            },
            .emitted { t, value in
                t.requireOwnStack()
                t.ir.setState(.i64, SystemCell.spEL0.slot.offset, value)
            })
    }

    private mutating func defineFloatingPointControl() {
        define(
            "FPCR", 3, 3, 4, 4, 0, .everywhere,
            .emitted { t in
                t.requireFloatingPoint()
                return t.floatingPointControl()
            },
            .emitted { t, value in
                t.requireFloatingPoint()
                t.setFloatingPointControl(value)
            }, features: .floatingPoint, endsBlock: true)
        define(
            "FPSR", 3, 3, 4, 4, 1, .everywhere,
            .emitted { t in
                t.requireFloatingPoint()
                return t.floatingPointStatus()
            },
            .emitted { t, value in
                t.requireFloatingPoint()
                t.setFloatingPointStatus(value)
            }, features: .floatingPoint)
    }
}

extension A64 {
    /// MSR SPSel: bit 0 of `value`.
    static func selectStack(_ value: UInt64, _ state: CPUState) {
        let others = processState(state).bits & ~ProcessState.ownStack
        setProcessState(ProcessState(others | value & ProcessState.ownStack), state)
    }
}

extension A64 {
    /// MSR UAO: the bit in its place in PSTATE.
    static func overrideUserAccess(_ value: UInt64, _ state: CPUState) {
        let others = processState(state).bits & ~ProcessState.userAccessOverride
        setProcessState(ProcessState(others | value & ProcessState.userAccessOverride), state)
    }
}

extension A64Translation {
    /// The PSTATE bits `mask`, in their SPSR places.
    fileprivate mutating func processState(_ mask: UInt64) -> Value {
        let bits = ir.getState(.i64, A64State.pstate.offset)
        return ir.binary(.and, .i64, bits, ir.constant(.i64, mask))
    }

    /// Replaces the PSTATE bits `mask`, none of which concerns translation flags or stack, by those of `value`.
    mutating func setProcessState(_ mask: UInt64, _ value: Value) {
        let maskValue = ir.constant(.i64, mask)
        let kept = ir.binary(.andNot, .i64, ir.getState(.i64, A64State.pstate.offset), maskValue)
        let new = ir.binary(.or, .i64, kept, ir.binary(.and, .i64, value, maskValue))
        ir.setState(.i64, A64State.pstate.offset, new)
    }

    fileprivate mutating func requireOwnStack() {
        let mask = ir.constant(.i64, ProcessState.ownStack)
        let inverted = ir.binary(.xor, .i64, ir.getState(.i64, A64State.pstate.offset), mask)
        ir.guardClear(
            .i64, inverted, mask: ProcessState.ownStack, kind: A64ExceptionKind.undefined.rawValue)
    }

    /// Traps where CPACR_EL1 says so. Translation flags tell, so the guard is either absent or always taken.
    mutating func requireFloatingPoint() {
        guard flags.contains(.floatingPointTrapped) else { return }
        ir.guardClear(
            .i64, ir.constant(.i64, 1), mask: 1, kind: A64ExceptionKind.trappedFloatingPoint.rawValue,
            payload: Syndrome.floatingPoint)
    }
}
