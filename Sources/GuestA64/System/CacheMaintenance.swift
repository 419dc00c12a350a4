import Guest
import IR
import Support

/// What a data cache operation by address needs permission for (Arm ARM D7.5.9).
enum CacheAccess: UInt64 {
    /// Cleaning: nothing at EL1, reading at EL0.
    case clean
    /// Invalidating without cleaning would discard data: writing.
    case invalidate
}

/// Arm ARM C5.3: IC and DC. Caches are coherent with memory and each other here, so that what remains of the
/// operations is their permission checks, the discarding of translated code, and zeroing.
extension SystemOperationTable {
    mutating func defineCacheMaintenance() {
        defineInstructionCache()
        defineDataCache()
        for (name, crm) in [("DC ISW", 6), ("DC CSW", 10), ("DC CISW", 14)] as [(String, UInt32)] {
            define(name, 0, 7, crm, 2) { _, _ in }
        }
    }

    private mutating func defineInstructionCache() {
        define("IC IALLUIS", 0, 7, 1, 0, takesRegister: false) { t, _ in
            t.call(.invalidateAllCode, .acts, t.ir.constant(.i64, 1))
        }
        define("IC IALLU", 0, 7, 5, 0, takesRegister: false) { t, _ in
            t.call(.invalidateAllCode, .acts, t.ir.constant(.i64, 0))
        }
        define("IC IVAU", 3, 7, 5, 1, allowsEL0: true, gate: Self.userMaintenance) { t, address in
            t.call(.invalidateCodePage, [.readsState, .mayFault, .acts], address)
        }
    }

    private mutating func defineDataCache() {
        define("DC IVAC", 0, 7, 6, 1) { t, address in t.checkCache(address, .invalidate) }
        defineUserDataCache("DC CVAC", 10)
        defineUserDataCache("DC CVAU", 11)
        defineUserDataCache("DC CVAP", 12, features: .persistence)
        defineUserDataCache("DC CVADP", 13, features: .deepPersistence)
        defineUserDataCache("DC CIVAC", 14)
        define(
            "DC ZVA", 3, 7, 4, 1, allowsEL0: true, gate: UserGate(.sctlr, SystemControl.userCacheZero)
        ) { t, address in t.call(.zeroBlock, [.readsState, .mayFault, .acts], address) }
    }

    private mutating func defineUserDataCache(_ name: String, _ crm: UInt32, features: CPUFeatures = []) {
        define(name, 3, 7, crm, 1, allowsEL0: true, gate: Self.userMaintenance, features: features) { t, address in
            t.checkCache(address, .clean)
        }
    }

    private static var userMaintenance: UserGate { UserGate(.sctlr, SystemControl.userCacheMaintenance) }
}

extension A64Translation {
    fileprivate mutating func checkCache(_ address: Value, _ access: CacheAccess) {
        call(.checkCacheAccess, [.readsState, .mayFault, .acts], address, ir.constant(.i64, access.rawValue))
    }
}

extension A64 {
    /// DC ZVA of device memory is an alignment fault, and with the MMU off all memory is that (Arm ARM C5.3.3, DC ZVA).
    static func zeroBlock(
        _ address: UInt64, _ state: CPUState, _ environment: any GuestEnvironment
    ) -> HelperOutcome {
        if state[.sctlr] & SystemControl.mmu == 0 {
            let page = StageOne(state, isEL0: false, access: .data).translate(address, .write, environment)
            let cause = page.failureStatus.map { FaultCause.translation($0) } ?? .alignment
            return .fault(MemoryFault(address: address, access: .write, cause: cause))
        }
        let start = address & ~(CPUModel.cacheLine - 1)
        let fault = environment.zeroMemory(start, count: Int(CPUModel.cacheLine))
        return fault.map { .fault($0) } ?? .value(0)
    }

    static func checkCacheAccess(
        _ address: UInt64, _ access: UInt64, _ state: CPUState, _ environment: any GuestEnvironment
    ) -> HelperOutcome {
        switch maintain(address, CacheAccess(rawValue: access) ?? .clean, state, environment) {
        case .success: .value(0)
        case .failure(let error): .fault(error.fault)
        }
    }

    static func invalidateCodePage(
        _ address: UInt64, _ state: CPUState, _ environment: any GuestEnvironment
    ) -> HelperOutcome {
        switch maintain(address, .clean, state, environment) {
        case .success(let page):
            environment.invalidateCode(physical: page.physical, broadcast: true)
            return .value(0)
        case .failure(let error): return .fault(error.fault)
        }
    }

    private static func maintain(
        _ address: UInt64, _ access: CacheAccess, _ state: CPUState, _ environment: any GuestEnvironment
    ) -> Result<StageOne.Page, MemoryFaultError> {
        let isEL0 = processState(state).exceptionLevel == 0
        let needs: StageOne.Needs
        switch access {
        case .invalidate: needs = .write
        case .clean: needs = isEL0 ? .read : .nothing
        }
        let walk = StageOne(state, isEL0: isEL0, access: .maintenance)
        return walk.translate(address, needs, environment).mapError { code in
            MemoryFaultError(
                MemoryFault(
                    address: address, access: .write,
                    cause: .translation(code.status | FaultStatus.byMaintenance)))
        }
    }
}
