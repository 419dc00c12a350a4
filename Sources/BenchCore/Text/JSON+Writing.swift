extension JSON {
    /// The value as text, two spaces of indent per level, arrays of plain values on one line; ends without newline.
    package var text: String {
        var out = ""
        write(to: &out, indent: "")
        return out
    }

    private var isPlain: Bool {
        switch self {
        case .array, .object: false
        default: true
        }
    }

    private func write(to out: inout String, indent: String) {
        switch self {
        case .null: out += "null"
        case .bool(let value): out += value ? "true" : "false"
        case .integer(let value): out += String(value)
        case .number(let value): out += value.isFinite ? "\(value)" : "null"
        case .string(let value): out += JSON.quoted(value)
        case .array(let elements) where elements.allSatisfy(\.isPlain):
            out += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { out += ", " }
                element.write(to: &out, indent: indent)
            }
            out += "]"
        case .array(let elements):
            JSON.list(elements, brackets: ("[", "]"), to: &out, indent: indent) { element, out, inner in
                element.write(to: &out, indent: inner)
            }
        case .object(let members):
            JSON.list(members, brackets: ("{", "}"), to: &out, indent: indent) { member, out, inner in
                out += "\(JSON.quoted(member.name)): "
                member.value.write(to: &out, indent: inner)
            }
        }
    }

    private static func list<Element>(
        _ elements: [Element], brackets: (open: String, close: String), to out: inout String, indent: String,
        _ writeElement: (Element, inout String, String) -> Void
    ) {
        guard !elements.isEmpty else {
            out += brackets.open + brackets.close
            return
        }
        let inner = indent + "  "
        out += brackets.open
        for (index, element) in elements.enumerated() {
            out += index > 0 ? ",\n" : "\n"
            out += inner
            writeElement(element, &out, inner)
        }
        out += "\n\(indent)\(brackets.close)"
    }

    /// The string with quotes, escaped as RFC 8259 section 7 asks.
    private static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}
