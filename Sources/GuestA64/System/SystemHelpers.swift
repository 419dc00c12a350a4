package import Guest
import IR

/// What system instructions call at run time, by the number that the IR's `helper` carries.
enum SystemHelper: Int {
    /// a: index in `SystemRegisterTable.all`.
    case readRegister
    /// As above; b: the value.
    case writeRegister
    /// a: the return address.
    case returnFromException
    case sendEvent, setLocalEvent
    case recheckInterrupts
    case completeInvalidations
    /// a: 0 HVC, 1 SMC.
    case callFirmware
    /// a: the new SPSel.
    case selectStack
    /// a: the new PSTATE.UAO, in its place.
    case overrideUserAccess
    /// a: a `TLBMaintenance`; b: the register operand; c: whether it is broadcast.
    case invalidateTLB
    /// a: virtual address, for IC IVAU.
    case invalidateCodePage
    /// a: whether it is broadcast.
    case invalidateAllCode
    /// a: virtual address, for DC ZVA.
    case zeroBlock
    /// a: virtual address; b: a `CacheAccess`.
    case checkCacheAccess
    /// a: virtual address; b: an `AddressTranslation`.
    case translateAddress
    /// a: pointer; b: modifier; c: an `AddressKey`.
    case sign, authenticate
    /// a: pointer; b: whether it is a data address.
    case strip
    /// a: data; b: modifier.
    case genericCode
    /// a: the word of a CPY, CPYF or SET.
    case moveMemory
    case randomNumber
}

extension A64Translation {
    mutating func call(
        _ helper: SystemHelper, _ effects: HelperEffects, _ a: Value = .none, _ b: Value = .none, _ c: Value = .none
    ) {
        ir.helper(helper.rawValue, .none, effects, a, b, c)
    }

    /// As `call`, of a helper that has an i64 result.
    mutating func callForValue(
        _ helper: SystemHelper, _ effects: HelperEffects, _ a: Value = .none, _ b: Value = .none, _ c: Value = .none
    ) -> Value { ir.helper(helper.rawValue, .i64, effects, a, b, c) }

    mutating func recheckInterrupts() { call(.recheckInterrupts, .acts) }

    /// Ends the block because what the next ones depend on may have changed.
    mutating func leaveBlock() { ir.exit(.stateChanged, next: nextPC) }
}

extension A64 {
    package static func callHelper(
        _ number: Int, _ a: UInt64, _ b: UInt64, _ c: UInt64, pc: UInt64, _ state: CPUState,
        environment: any GuestEnvironment
    ) -> HelperOutcome {
        guard let helper = SystemHelper(rawValue: number) else {
            preconditionFailure("block at \(pc) calls helper \(number), which does not exist")
        }
        switch helper {
        case .readRegister: return readRegister(a, state, environment)
        case .writeRegister: return writeRegister(a, b, state, environment)
        case .returnFromException: return .leave(returnFromException(to: a, state, environment: environment))
        case .sendEvent: environment.sendEvent()
        case .setLocalEvent: environment.setLocalEvent()
        case .recheckInterrupts: environment.recheckInterrupts()
        case .completeInvalidations: environment.completeInvalidations()
        case .callFirmware: return callFirmware(a == 0 ? .hvc : .smc, state, environment)
        case .selectStack: selectStack(a, state)
        case .overrideUserAccess: overrideUserAccess(a, state)
        case .invalidateTLB: invalidateTLB(a, b, broadcast: c != 0, environment)
        case .invalidateCodePage: return invalidateCodePage(a, state, environment)
        case .invalidateAllCode: environment.invalidateCode(physical: nil, broadcast: a != 0)
        case .zeroBlock: return zeroBlock(a, state, environment)
        case .checkCacheAccess: return checkCacheAccess(a, b, state, environment)
        case .translateAddress: return translateForGuest(a, b, state, environment)
        case .sign: return sign(a, b, c, state, environment.memo)
        case .authenticate: return authenticate(a, b, c, state, environment.memo)
        case .strip: return .value(PointerAuthentication(state, environment.memo).strip(a, isData: b != 0))
        case .genericCode: return .value(PointerAuthentication(state, environment.memo).generic(a, modifier: b))
        case .moveMemory:
            return MemoryOperation(UInt32(truncatingIfNeeded: a)).run(pc: pc, state, environment)
        case .randomNumber: return .value(UInt64.random(in: .min ... .max))
        }
        return .value(0)
    }

    static let undefined = HelperOutcome.raise(kind: A64ExceptionKind.undefined.rawValue, payload: 0)

    private static func readRegister(
        _ index: UInt64, _ state: CPUState, _ environment: any GuestEnvironment
    ) -> HelperOutcome {
        switch SystemRegisterTable.all.registers[Int(truncatingIfNeeded: index)].reading {
        case .state(let read): .value(read(state))
        case .outside(let read): read(state, environment).map { .value($0) } ?? undefined
        case .never, .constant, .cell, .emitted: undefined
        }
    }

    private static func writeRegister(
        _ index: UInt64, _ value: UInt64, _ state: CPUState, _ environment: any GuestEnvironment
    ) -> HelperOutcome {
        switch SystemRegisterTable.all.registers[Int(truncatingIfNeeded: index)].writing {
        case .action(let write):
            write(value, state, environment)
            return .value(0)
        case .outside(let write): return write(value, state, environment) ? .value(0) : undefined
        case .never, .ignored, .cell, .emitted: return undefined
        }
    }

    /// A call that nobody answers is an undefined instruction: there is no EL2 or EL3 (Arm ARM C6.2, HVC and SMC).
    private static func callFirmware(
        _ conduit: FirmwareConduit, _ state: CPUState, _ environment: any GuestEnvironment
    ) -> HelperOutcome {
        let arguments = (0..<8).map { state[A64State.x($0)] }
        guard let results = environment.callFirmware(conduit, arguments) else { return undefined }
        for (number, result) in results.prefix(4).enumerated() {
            state[A64State.x(UInt32(truncatingIfNeeded: number))] = result
        }
        return .value(0)
    }
}
