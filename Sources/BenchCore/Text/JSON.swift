/// A JSON value whose objects keep their order and whose integers keep all their digits.
///
/// The harness lives without Foundation, and its files are read by people: order matters to them.
package indirect enum JSON: Equatable, Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([Member])

    package struct Member: Equatable, Sendable {
        package let name: String
        package let value: JSON

        package init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }

    /// The member of that name; `nil` when there is none or this is no object.
    package subscript(name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    package var asString: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    package var asInteger: Int? {
        guard case .integer(let value) = self else { return nil }
        return value
    }

    /// A count: a non-negative integer.
    package var asCount: UInt64? { asInteger.flatMap { UInt64(exactly: $0) } }

    package var asDouble: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    package var asArray: [JSON]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    package var members: [Member] {
        guard case .object(let members) = self else { return [] }
        return members
    }

    /// `null` for `nil`, so that what was not measured is never a zero.
    package static func count(_ value: UInt64?) -> JSON { value.flatMap(Int.init(exactly:)).map(JSON.integer) ?? .null }

    /// JSON knows no infinity and no NaN: they become `null`.
    package static func real(_ value: Double?) -> JSON {
        guard let value, value.isFinite else { return .null }
        return .number(value)
    }
}
