import Engine
import Interp

extension VCPUOptions {
    /// `-accel`: `interp` or `auto`, all the interpreter as long as it is the only tier, and how it is to work:
    /// `loop=plain`, `opt=off`, `fuse=off`, `link=off`, `block=INSTRUCTIONS`. They exist to be compared with each other.
    mutating func set(accelerator text: String) throws(OptionError) {
        let parts = text.split(separator: ",")
        guard let first = parts.first, ["interp", "auto", "tcg"].contains(first) else {
            throw OptionError("-accel \(text): no such accelerator; there are: interp, auto")
        }
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            let value = pair.count == 2 ? String(pair[1]) : "on"
            switch (pair.first ?? "", value) {
            case ("loop", "threaded"): generator.driver = .threaded
            case ("loop", "plain"): generator.driver = .plain
            case ("opt", "on"), ("opt", "off"): optimizes = value == "on"
            case ("fuse", "on"), ("fuse", "off"): generator.fuses = value == "on"
            case ("link", "on"), ("link", "off"): generator.links = value == "on"
            case ("block", _):
                guard let limit = Int(value), (1...512).contains(limit) else {
                    throw OptionError("-accel block=\(value): must be 1 to 512 instructions")
                }
                blockLimit = limit
            default:
                throw OptionError(
                    "-accel \(part): there are loop=threaded|plain, opt=on|off, fuse=on|off, link=on|off, block=N")
            }
        }
    }
}
