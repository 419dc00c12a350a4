import Guest
import GuestA64
import JIT

/// Names for what host code has as numbers that say nothing, and that change with every field of the context.
struct HostNames: Sendable {
    /// By address.
    private var shared: [UInt64: String] = [:]
    /// By offset from the CPU state, in rising order.
    private var cells: [(offset: Int, name: String)] = []

    /// Fields of the layout that are no offsets from the CPU state.
    private static let others: Set<String> = [
        "stateCells", "headerNative", "headerReplacement", "temporariesEnd", "abandoned", "conditionFlags",
        "floatEnvironment",
    ]

    init(_ layout: NativeLayout, shared code: [(name: String, address: UInt64, count: Int)]) {
        for (name, address, _) in code { shared[address] = name }
        for number in 0..<31 as Range<UInt32> { cells.append((A64State.x(number).offset, "x\(number)")) }
        for number in 0..<32 as Range<UInt32> { cells.append((A64State.v(number).offset, "v\(number)")) }
        cells += [
            (A64State.sp.offset, "sp"), (A64State.pc.offset, "pc"), (A64State.nzcv.offset, "nzcv"),
            (A64State.pstate.offset, "pstate"), (A64State.flags.offset, "flags"),
            (A64State.floatingPoint.offset, "fpenv"),
        ]
        addFields(Mirror(reflecting: layout), prefix: "")
        addFields(Mirror(reflecting: layout.monitor), prefix: "monitor.")
        addFields(Mirror(reflecting: layout.constants), prefix: "constants.")
        cells.sort { $0.offset < $1.offset }
    }

    private mutating func addFields(_ mirror: Mirror, prefix: String) {
        for case (let label?, let offset as Int32) in mirror.children where !Self.others.contains(label) {
            cells.append((Int(offset), prefix + label))
        }
    }

    func sharedCode(at address: UInt64) -> String? { shared[address] }

    /// What lies `displacement` bytes from where rbp points.
    func cell(_ displacement: Int) -> String? {
        let offset = displacement + NativeLayout.frameBias
        guard let cell = cells.last(where: { $0.offset <= offset }), offset - cell.offset < 128 else { return nil }
        return cell.offset == offset ? cell.name : "\(cell.name)+\(offset - cell.offset)"
    }
}
