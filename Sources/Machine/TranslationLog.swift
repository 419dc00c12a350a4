import Engine
import Glibc
package import IR
import Support

/// The log of `-d`: what each vCPU translates, as guest assembly and as IR before and after optimising.
package final class TranslationLog: TranslationObserver, NativeObserver {
    /// What can be logged.
    private enum Item: String, CaseIterable {
        /// The guest's instructions.
        case guest = "in_asm"
        /// IR as translated.
        case original = "op"
        /// IR as optimised.
        case optimized = "op_opt"
        /// The host's code.
        case host = "out_asm"
    }

    private let items: Set<Item>
    private let file: Guarded<Int32>

    /// A log of the comma-separated `items` into `file`, or stderr.
    ///
    /// - Throws: `MachineError` for an item that is not there, and for a file that cannot be written.
    package init(items text: String, file path: String?) throws(MachineError) {
        var items: Set<Item> = []
        for name in text.split(separator: ",") {
            guard let item = Item(rawValue: String(name)) else {
                let known = Item.allCases.map(\.rawValue).joined(separator: ", ")
                throw MachineError("-d \(name): no such item; there are: \(known)")
            }
            items.insert(item)
        }
        self.items = items
        if let path { file = Guarded(try createHostFile(path, option: "-D")) } else { file = Guarded(2) }
    }

    /// Whether anything of what is logged concerns translations, or native code.
    var seesTranslations: Bool { !items.isDisjoint(with: [.guest, .original, .optimized]) }
    var seesNative: Bool { items.contains(.host) }

    /// Logs the native code made of the region at `pc`, as a disassembler of the host reads it.
    package func compiled(pc: UInt64, code: [UInt8], at address: UInt64, vcpu: Int) {
        let title = "-- vCPU \(vcpu)\nout_asm: 0x\(String(pc, radix: 16)), \(code.count) bytes\n"
        let bytes = Array((title + HostDisassembler.text(code, at: address)).utf8)
        file.withLock { _ = write($0, bytes, bytes.count) }
    }

    package func shared(_ name: String, code: [UInt8], at address: UInt64, vcpu: Int) {}

    package func translated(guest text: [String], original: Block, optimized: Block, vcpu: Int) {
        let printer = Printer()
        var lines = ["-- vCPU \(vcpu)"]
        if items.contains(.guest) { lines += text }
        if items.contains(.original) { lines += ["op:", printer.text(original)] }
        if items.contains(.optimized) { lines += ["op_opt:", printer.text(optimized)] }
        let bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
        file.withLock { _ = write($0, bytes, bytes.count) }
    }
}
