/// All system registers, found by their encoding.
struct SystemRegisterTable: Sendable {
    private(set) var registers: [SystemRegister] = []
    private var indices: [UInt32: Int] = [:]

    /// One line per subject of the manual's register index (Arm ARM D17).
    static let all: SystemRegisterTable = {
        var table = SystemRegisterTable()
        table.defineIdentification()
        table.defineProcessState()
        table.defineControl()
        table.defineExceptionHandling()
        table.defineTranslation()
        table.defineThreads()
        table.definePointerKeys()
        table.defineCaches()
        table.defineTimer()
        table.defineInterruptController()
        table.defineDebug()
        table.defineCoreControl()
        table.defineRandomNumbers()
        return table
    }()

    @inline(never)
    mutating func define(
        _ name: StaticString, _ op0: UInt32, _ op1: UInt32, _ crn: UInt32, _ crm: UInt32, _ op2: UInt32,
        _ rights: AccessRights, _ reading: SystemRegister.Reading, _ writing: SystemRegister.Writing = .never,
        gate: UserGate? = nil, features: CPUFeatures = [], endsBlock: Bool = false
    ) {
        let key = SystemRegister.key(op0, op1, crn, crm, op2)
        precondition(indices[key] == nil, "\(name): another register has this encoding")
        indices[key] = registers.count
        registers.append(
            SystemRegister(
                name: name, key: key, rights: rights, reading: reading, writing: writing, gate: gate,
                features: features, endsBlock: endsBlock))
    }

    /// A register that is no more than a cell of the state, all bits of which can be written.
    mutating func define(
        _ name: StaticString, _ op0: UInt32, _ op1: UInt32, _ crn: UInt32, _ crm: UInt32, _ op2: UInt32,
        _ rights: AccessRights, _ cell: SystemCell, mask: UInt64 = .max, ones: UInt64 = 0, gate: UserGate? = nil,
        features: CPUFeatures = [], endsBlock: Bool = false
    ) {
        define(
            name, op0, op1, crn, crm, op2, rights, .cell(cell), .cell(cell, mask: mask, ones: ones), gate: gate,
            features: features, endsBlock: endsBlock)
    }

    func index(of key: UInt32) -> Int? { indices[key] }
    func contains(_ key: UInt32) -> Bool { indices[key] != nil }
}
