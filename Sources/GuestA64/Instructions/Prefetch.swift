import Guest
import IR
import Support

/// The prefetches of several sections of the loads and stores (Arm ARM C4.1). A prefetch is a hint without any effect
/// that a program could see; it never faults.
extension DecodeTable<A64Translation> {
    mutating func definePrefetch() {
        define("PRFM (immediate)", "1111100110iiiiiiiiiiiinnnnnppppp", "prfm {prfop}, [{Xn|SP}{offset12}]") { _, _ in
            true
        }
        define("PRFM (literal)", "11011000iiiiiiiiiiiiiiiiiiippppp", "prfm {prfop}, {label19}") { _, _ in true }
        define("PRFM (register)", "11111000101mmmmmoooS10nnnnnppppp", "prfm {prfop}, [{Xn|SP}{index}]") { word, _ in
            A64Translation.isIndexValid(word)
        }
        define("PRFUM", "11111000100iiiiiiiii00nnnnnppppp", "prfum {prfop}, [{Xn|SP}{offset9}]") { _, _ in true }
    }
}
