import Engine
import Interp
import Linux

extension VCPUOptions {
    /// `-accel` and `--tier`: `auto` (or `tcg`), hot code becomes native; `interp`, none does; `native`, nearly all does; and
    /// how that is to work: `threshold=ENTRIES`, `share=PERCENT`, `background=on|off|always`, `memory=tlb`, `loop=plain`, `opt=off`, `fuse=off`, `link=off`, `block=INSTRUCTIONS`. Most
    /// exist to be compared with each other.
    mutating func set(_ option: String, _ text: String) throws(OptionError) {
        let parts = text.split(separator: ",")
        switch parts.first {
        case "interp": native = nil
        case "auto", "tcg": native = .program
        case "native":
            native = .program
            native?.background = .off
            native?.threshold = NativeOptions.eagerThreshold
            native?.youth = 0
        default: throw OptionError("\(option) \(text): no such accelerator; there are: auto, interp, native")
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
            case ("threshold", _):
                guard let threshold = Int(value), threshold >= 1 else {
                    throw OptionError("-accel threshold=\(value): must be at least 1 entry of a block")
                }
                native?.threshold = threshold
                native?.youth = 0
            case ("share", _):
                guard let percent = Int(value), (1...100).contains(percent) else {
                    throw OptionError("-accel share=\(value): must be 1 to 100 percent of the processor time")
                }
                native?.compilationShare = percent == 100 ? nil : Double(percent) / 100
            case ("background", _):
                var options = native ?? NativeOptions()
                guard options.set(background: value) else {
                    throw OptionError("-accel background=\(value): must be on, off or always")
                }
                if native != nil { native = options }
            case ("regions", "on"), ("regions", "off"): native?.regionBlocks = value == "on" ? 32 : 1
            case ("memory", "direct"), ("memory", "tlb"): native?.allowsDirectAccess = value == "direct"
            case ("counts", "on"), ("counts", "off"): native?.counts = value == "on"
            case ("code-size", _):
                guard let mebibytes = Int(value), (1...1024).contains(mebibytes) else {
                    throw OptionError("-accel code-size=\(value): must be 1 to 1024, MiB of native code per thread")
                }
                native?.setSlice(bytes: mebibytes << 20)
            default:
                throw OptionError(
                    "-accel \(part): there are threshold=N, share=PERCENT, background=on|off|always, regions=on|off, memory=direct|tlb, code-size=MiB, counts=on|off, loop=threaded|plain, "
                        + "opt=on|off, fuse=on|off, link=on|off, block=N"
                )
            }
        }
        if native != nil && generator.driver == .plain {
            throw OptionError("-accel loop=plain: the plain loop is the interpreter's; use it with -accel interp")
        }
    }
}
