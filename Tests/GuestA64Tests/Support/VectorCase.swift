import Foundation

/// One line of a vector file: an instruction word, the registers before it, and what it changed.
///
/// `WORD IN... => OUT...` or `WORD => undefined`, all numbers hexadecimal. Made by executing Arm's own specification
/// (Sail, rems-project/sail-arm, v9.4-A) at EL0 with the MMU off; see `VectorMachine` for the memory.
struct VectorCase {
    enum Expectation: Equatable {
        case undefined
        case exception(syndrome: UInt64, address: UInt64)
        case changes(registers: [Register: UInt128], memory: [UInt64: UInt8])
    }

    enum Register: Hashable, Comparable {
        case x(Int), v(Int), sp, pc, nzcv, fpcr, fpsr

        init?(_ name: Substring) {
            switch name {
            case "sp": self = .sp
            case "pc": self = .pc
            case "nzcv": self = .nzcv
            case "fpcr": self = .fpcr
            case "fpsr": self = .fpsr
            default:
                guard let number = Int(name.dropFirst()) else { return nil }
                switch name.first {
                case "x" where number < 31: self = .x(number)
                case "v" where number < 32: self = .v(number)
                default: return nil
                }
            }
        }
    }

    let word: UInt32
    let line: String
    let inputs: [Register: UInt128]
    let expectation: Expectation
}

extension VectorCase {
    struct Malformed: Error, CustomStringConvertible {
        let description: String
    }

    init(line: String) throws {
        let fields = line.split(separator: " ")
        guard let arrow = fields.firstIndex(of: "=>"), let first = fields.first, let word = UInt32(first, radix: 16)
        else { throw Malformed(description: "no word or no arrow in vector line: \(line)") }
        self.word = word
        self.line = line
        inputs = try Dictionary(uniqueKeysWithValues: fields[1..<arrow].map { try Self.assignment($0, line) })
        expectation = try Self.expectation(fields[(arrow + 1)...], line)
    }

    /// All cases of the file `Vectors/<name>.txt` beside the tests.
    static func load(_ name: String) throws -> [VectorCase] {
        let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = directory.appendingPathComponent("Vectors/\(name).txt")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
            try VectorCase(line: String($0))
        }
    }

    private static func assignment(_ field: Substring, _ line: String) throws -> (Register, UInt128) {
        let parts = field.split(separator: "=")
        guard parts.count == 2, let register = Register(parts[0]), let value = UInt128(parts[1], radix: 16) else {
            throw Malformed(description: "cannot read '\(field)' in vector line: \(line)")
        }
        return (register, value)
    }

    private static func expectation(_ fields: ArraySlice<Substring>, _ line: String) throws -> Expectation {
        if fields.first == "undefined" { return .undefined }
        if fields.first == "exception" { return try exception(fields.dropFirst(), line) }
        var registers: [Register: UInt128] = [:]
        var memory: [UInt64: UInt8] = [:]
        for field in fields {
            if field.first == "m" {
                try memory.merge(bytes(field.dropFirst(), line)) { _, new in new }
            } else {
                let (register, value) = try assignment(field, line)
                registers[register] = value
            }
        }
        return .changes(registers: registers, memory: memory)
    }

    private static func exception(_ fields: ArraySlice<Substring>, _ line: String) throws -> Expectation {
        var values: [Substring: UInt64] = [:]
        for field in fields {
            let parts = field.split(separator: "=")
            guard parts.count == 2, let value = UInt64(parts[1], radix: 16) else {
                throw Malformed(description: "cannot read '\(field)' in vector line: \(line)")
            }
            values[parts[0]] = value
        }
        return .exception(syndrome: values["esr"] ?? 0, address: values["far"] ?? 0)
    }

    /// `ADDR=BYTES`, two digits a byte.
    private static func bytes(_ field: Substring, _ line: String) throws -> [UInt64: UInt8] {
        let parts = field.split(separator: "=")
        guard parts.count == 2, let start = UInt64(parts[0], radix: 16) else {
            throw Malformed(description: "cannot read 'm\(field)' in vector line: \(line)")
        }
        var result: [UInt64: UInt8] = [:]
        var digits = parts[1]
        while let byte = UInt8(digits.prefix(2), radix: 16), !digits.isEmpty {
            result[start + UInt64(result.count)] = byte
            digits = digits.dropFirst(2)
        }
        return result
    }
}
