/// The shapes that the literature names, with each way to order their accesses.
package enum Families {
    /// Every test, each name once.
    package static let all: [GeneratedTest] = {
        var tests: [GeneratedTest] = []
        var names: Set<String> = []
        for shape in shapes {
            for edges in shape.orderings {
                guard let cycle = try? Cycle(edges) else { continue }
                let test = cycle.test(name: shape.name(edges))
                if names.insert(test.name).inserted { tests.append(test) }
            }
        }
        return tests
    }()

    /// A shape: relations between threads, and pairs of directions in between that are ordered in every way.
    fileprivate struct Shape {
        let name: String
        let parts: [String]
        /// Turning it half round gives the same shape.
        var isSymmetric = false
    }

    private static let shapes = [
        Shape(name: "MP", parts: ["WW", "Rfe", "RR", "Fre"]),
        Shape(name: "SB", parts: ["WR", "Fre", "WR", "Fre"], isSymmetric: true),
        Shape(name: "LB", parts: ["RW", "Rfe", "RW", "Rfe"], isSymmetric: true),
        Shape(name: "S", parts: ["WW", "Rfe", "RW", "Coe"]),
        Shape(name: "R", parts: ["WW", "Coe", "WR", "Fre"]),
        Shape(name: "2+2W", parts: ["WW", "Coe", "WW", "Coe"], isSymmetric: true),
        Shape(name: "WRC", parts: ["Rfe", "RW", "Rfe", "RR", "Fre"]),
        Shape(name: "RWC", parts: ["Rfe", "RR", "Fre", "WR", "Fre"]),
        Shape(name: "ISA2", parts: ["WW", "Rfe", "RW", "Rfe", "RR", "Fre"]),
        Shape(name: "Z6.0", parts: ["WW", "Rfe", "RW", "Coe", "WR", "Fre"]),
        Shape(name: "Z6.3", parts: ["WW", "Coe", "WW", "Rfe", "RR", "Fre"]),
        Shape(name: "W+RWC", parts: ["WW", "Rfe", "RR", "Fre", "WR", "Fre"]),
        Shape(name: "3.SB", parts: ["WR", "Fre", "WR", "Fre", "WR", "Fre"]),
        Shape(name: "3.LB", parts: ["RW", "Rfe", "RW", "Rfe", "RW", "Rfe"]),
        Shape(name: "3.2W", parts: ["WW", "Coe", "WW", "Coe", "WW", "Coe"]),
        Shape(name: "IRIW", parts: ["Rfe", "RR", "Fre", "Rfe", "RR", "Fre"]),
    ]

    /// Each way to order two accesses of these directions, the plain one first, the full barrier second.
    fileprivate static func orders(_ directions: String) -> [String] {
        let barriers = ["Pod", "DMB.SYd", "DMB.LDd", "DMB.STd"].map { $0 + directions }
        switch directions {
        case "WW": return barriers + ["PodWWPL"]
        case "RR": return barriers + ["PodRRAP", "PodRRQP", "DpAddrdR", "DpCtrldR", "DpCtrlIsbdR"]
        case "WR": return barriers + ["PodWRLA", "PodWRLQ", "PodWRLP"]
        default: return barriers + ["PodRWAP", "PodRWQP", "PodRWPL", "DpAddrdW", "DpDatadW", "DpCtrldW"]
        }
    }
}

extension Families.Shape {
    /// The cycles of this shape: with two orders all combinations; with more, all alike, and the strongest with one
    /// of them replaced.
    fileprivate var orderings: [[Edge]] {
        let slots = parts.indices.filter { parts[$0].count == 2 }
        let options = slots.map { Families.orders(parts[$0]) }
        var result: [[Int]] = []
        if slots.count == 2 {
            for first in options[0].indices {
                for second in options[1].indices where !isSymmetric || first >= second {
                    result.append([first, second])
                }
            }
        } else {
            result.append(slots.map { _ in 0 })
            result.append(slots.map { _ in 1 })
            for slot in slots.indices {
                for choice in options[slot].indices {
                    result.append(slots.indices.map { $0 == slot ? choice : 1 })
                }
            }
        }
        return result.compactMap { choices in
            var words = parts
            for (slot, choice) in zip(slots, choices) { words[slot] = Families.orders(parts[slot])[choice] }
            let edges = words.compactMap { try? Edge($0) }
            return edges.count == words.count ? edges : nil
        }
    }

    /// `MP`, `MP+dmb.sys`, `MP+dmb.sy+po`.
    fileprivate func name(_ edges: [Edge]) -> String {
        let orders = edges.filter { $0.kind != .communication }.map(\.short)
        guard let first = orders.first, orders.allSatisfy({ $0 == first }) else {
            return ([name] + orders).joined(separator: "+")
        }
        return first == "po" ? name : "\(name)+\(first)s"
    }
}
