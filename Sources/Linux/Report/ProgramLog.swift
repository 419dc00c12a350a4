import Engine
package import IR
import Support

/// The log of `-d`: what each thread's vCPU translates, as guest assembly and as IR before and after optimising.
package final class ProgramLog: TranslationObserver {
    /// What can be logged.
    private enum Item: String, CaseIterable {
        /// The guest's instructions.
        case guest = "in_asm"
        /// IR as translated.
        case original = "op"
        /// IR as optimised.
        case optimized = "op_opt"
    }

    private let items: Set<Item>
    private let descriptor: Int32

    /// What is wrong with a list of items.
    package struct UnknownItem: Error {
        package let message: String
    }

    /// A log of the comma-separated `items`.
    package init(items text: String, descriptor: Int32) throws(UnknownItem) {
        var items: Set<Item> = []
        for name in text.split(separator: ",") {
            guard let item = Item(rawValue: String(name)) else {
                let known = Item.allCases.map(\.rawValue).joined(separator: ", ")
                throw UnknownItem(message: "-d \(name): no such item; there are: \(known)")
            }
            items.insert(item)
        }
        self.items = items
        self.descriptor = descriptor
    }

    package func translated(guest text: [String], original: Block, optimized: Block, vcpu: Int) {
        let printer = Printer()
        var lines = ["-- vCPU \(vcpu)"]
        if items.contains(.guest) { lines += text }
        if items.contains(.original) { lines += ["op:", printer.text(original)] }
        if items.contains(.optimized) { lines += ["op_opt:", printer.text(optimized)] }
        StandardError.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: descriptor)
    }
}
