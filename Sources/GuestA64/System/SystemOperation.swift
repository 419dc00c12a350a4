import Guest
import IR
import Support

/// An operation of the SYS instruction: cache, TLB and address translation maintenance (Arm ARM C5.3 to C5.5).
struct SystemOperation: Sendable {
    typealias Emit = @Sendable (inout A64Translation, Value) -> Void

    let name: String
    /// Xt means something.
    let takesRegister: Bool
    /// op0:op1:CRn:CRm:op2.
    let key: UInt32
    let allowsEL0: Bool
    let gate: UserGate?
    let features: CPUFeatures
    /// Gets the value of Xt.
    let emit: Emit
}

/// All operations of SYS, found by their encoding. SYSL has none.
struct SystemOperationTable: Sendable {
    private(set) var operations: [UInt32: SystemOperation] = [:]

    static let all: SystemOperationTable = {
        var table = SystemOperationTable()
        table.defineCacheMaintenance()
        table.defineAddressTranslation()
        table.defineTLBMaintenance()
        return table
    }()

    @inline(never)
    mutating func define(
        _ name: String, _ op1: UInt32, _ crn: UInt32, _ crm: UInt32, _ op2: UInt32, allowsEL0: Bool = false,
        gate: UserGate? = nil, features: CPUFeatures = [], takesRegister: Bool = true,
        _ emit: @escaping SystemOperation.Emit
    ) {
        let key = SystemRegister.key(1, op1, crn, crm, op2)
        precondition(operations[key] == nil, "\(name): another operation has this encoding")
        operations[key] = SystemOperation(
            name: name, takesRegister: takesRegister, key: key, allowsEL0: allowsEL0, gate: gate, features: features,
            emit: emit)
    }
}

extension DecodeTable<A64Translation> {
    mutating func defineSystemOperations() {
        define("SYS", "1101010100001ooonnnnmmmmpppttttt", "{sysop}") { word, t in
            guard let operation = SystemOperationTable.all.operations[word.systemKey] else { return false }
            guard operation.allowsEL0 || t.flags.exceptionLevel != 0 else { return false }
            guard t.has(operation.features) else { return false }
            t.pass(operation.gate, word, isRead: false)
            operation.emit(&t, t.x(word.rt))
            return true
        }
    }
}

extension A64 {
    /// The manual's name of the operation that a SYS instruction names, nil where there is none.
    package static func systemOperationName(_ word: UInt32) -> String? {
        SystemOperationTable.all.operations[word.systemKey].map(\.name)
    }
}
