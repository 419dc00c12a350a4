/// Machine code as an ELF object file, which foreign disassemblers read.
package enum ObjectFile {
    /// An ELF64 file whose only code is `code`, in a section .text at `address`.
    package static func elf(_ code: [UInt8], at address: UInt64) -> [UInt8] {
        let names: [UInt8] = Array("\0.text\0.shstrtab\0".utf8)
        let (codeAt, namesAt) = (64, 64 + code.count)
        let sectionsAt = (namesAt + names.count + 7) & ~7
        var file: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        // ET_DYN keeps the section's address; EM_X86_64.
        file.append(little: 3, 2)
        file.append(little: 62, 2)
        file.append(little: 1, 4)
        file.append(little: address, 8)
        file.append(little: 0, 8)
        file.append(little: UInt64(sectionsAt), 8)
        file.append(little: 0, 4)
        for field: UInt64 in [64, 0, 0, 64, 3, 2] { file.append(little: field, 2) }
        file += code
        file += names
        file += [UInt8](repeating: 0, count: sectionsAt - file.count)
        file += [UInt8](repeating: 0, count: 64)
        // SHT_PROGBITS with SHF_ALLOC and SHF_EXECINSTR, then SHT_STRTAB.
        file.section(name: 1, type: 1, flags: 6, address: address, offset: codeAt, size: code.count)
        file.section(name: 7, type: 3, flags: 0, address: 0, offset: namesAt, size: names.count)
        return file
    }
}

extension [UInt8] {
    fileprivate mutating func append(little value: UInt64, _ count: Int) {
        for index in 0..<count { append(UInt8(truncatingIfNeeded: value >> UInt64(index * 8))) }
    }

    fileprivate mutating func section(
        name: UInt64, type: UInt64, flags: UInt64, address: UInt64, offset: Int, size: Int
    ) {
        append(little: name, 4)
        append(little: type, 4)
        append(little: flags, 8)
        append(little: address, 8)
        append(little: UInt64(offset), 8)
        append(little: UInt64(size), 8)
        append(little: 0, 8)
        append(little: 1, 8)
        append(little: 0, 8)
    }
}
