/// Whether an access reads or writes.
package enum Direction: Character, Sendable { case read = "R", write = "W" }

/// What an access is besides reading or writing.
package enum Annotation: Character, Sendable {
    case plain = "P"
    /// LDAR.
    case acquire = "A"
    /// LDAPR.
    case acquirePC = "Q"
    /// STLR.
    case release = "L"

    /// Whether an access of `direction` can be this.
    func fits(_ direction: Direction) -> Bool {
        switch self {
        case .plain: true
        case .acquire, .acquirePC: direction == .read
        case .release: direction == .write
        }
    }
}

/// How one access of a thread comes before the next one, which is to another location.
package enum ProgramOrder: String, Sendable, CaseIterable {
    case po = "Pod"
    case dmbSY = "DMB.SYd"
    case dmbLD = "DMB.LDd"
    case dmbST = "DMB.STd"
    case dsbSY = "DSB.SYd"
    case address = "DpAddrd"
    case data = "DpDatad"
    case control = "DpCtrld"
    case controlISB = "DpCtrlIsbd"

    /// Dependencies begin at a read and so do not name it.
    var isDependency: Bool {
        switch self {
        case .address, .data, .control, .controlISB: true
        case .po, .dmbSY, .dmbLD, .dmbST, .dsbSY: false
        }
    }

    /// In names of tests.
    var short: String {
        switch self {
        case .po: "po"
        case .dmbSY: "dmb.sy"
        case .dmbLD: "dmb.ld"
        case .dmbST: "dmb.st"
        case .dsbSY: "dsb.sy"
        case .address: "addr"
        case .data: "data"
        case .control: "ctrl"
        case .controlISB: "ctrlisb"
        }
    }
}

/// One relation of a cycle, in diy's words: `Rfe`, `Fre`, `Coe` between threads; `PodWR`, `DMB.SYdWW`, `DpAddrdR` within
/// one. Two letters behind it say what its ends are: `PodWRLA` is STLR before LDAR.
package struct Edge: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// To another thread, at the same location: reads-from, from-read, coherence.
        case communication
        case order(ProgramOrder)
    }

    package let kind: Kind
    package let from: (direction: Direction, annotation: Annotation)
    package let to: (direction: Direction, annotation: Annotation)
    /// As written.
    package let text: String

    /// The relation called `text`.
    ///
    /// - Throws: `LitmusError` when there is none.
    package init(_ text: String) throws(LitmusError) {
        self.text = text
        let unknown = LitmusError(
            "--cycle: '\(text)' is no relation; for example Rfe, Fre, Coe, PodWR, DMB.SYdWW, DpAddrdR")
        let communications: [String: (Direction, Direction)] = [
            "Rfe": (.write, .read), "Fre": (.read, .write), "Coe": (.write, .write), "Wse": (.write, .write),
        ]
        if let ends = communications[text] {
            kind = .communication
            from = (ends.0, .plain)
            to = (ends.1, .plain)
            return
        }
        guard let order = ProgramOrder.allCases.first(where: { text.hasPrefix($0.rawValue) }) else { throw unknown }
        kind = .order(order)
        let letters = Array(text.dropFirst(order.rawValue.count))
        let ends =
            (order.isDependency ? [.read] : []) + letters.prefix(order.isDependency ? 1 : 2).compactMap(Direction.init)
        let marks = letters.dropFirst(order.isDependency ? 1 : 2).compactMap(Annotation.init)
        guard ends.count == 2, letters.count == (order.isDependency ? 1 : 2) + marks.count,
            [0, 2].contains(marks.count)
        else { throw unknown }
        from = (ends[0], marks.first ?? .plain)
        to = (ends[1], marks.last ?? .plain)
        guard from.annotation.fits(ends[0]), to.annotation.fits(ends[1]), order != .data || ends[1] == .write else {
            throw unknown
        }
    }

    package static func == (left: Edge, right: Edge) -> Bool { left.text == right.text }

    /// Whether the architecture keeps the two accesses in order for all observers: "locally-ordered-before" of Arm ARM
    /// B2.3.3, for two accesses with nothing between them.
    package var isOrdered: Bool {
        guard case .order(let order) = kind else { return true }
        // Barrier-ordered-before by the accesses themselves.
        if from.annotation == .acquire || from.annotation == .acquirePC || to.annotation == .release { return true }
        if from.annotation == .release && to.annotation == .acquire { return true }
        switch order {
        case .po: return false
        case .dmbSY, .dsbSY: return true
        case .dmbLD: return from.direction == .read
        case .dmbST: return from.direction == .write && to.direction == .write
        case .address, .data, .controlISB: return true
        case .control: return to.direction == .write
        }
    }

    /// In names of tests: `dmb.sy`, `popl`.
    var short: String {
        guard case .order(let order) = kind else { return text }
        if from.annotation == .plain && to.annotation == .plain { return order.short }
        return order.short + "\(from.annotation.rawValue)\(to.annotation.rawValue)".lowercased()
    }
}
