/// Extensions that the vectors' CPU has and ours does not claim: their encodings are undefined here.
struct UnclaimedFeature {
    let name: String
    let mask: UInt32
    let value: UInt32

    /// `pattern`: 32 characters, `0` and `1` fixed, `-` free.
    init(_ name: String, _ pattern: String) {
        precondition(pattern.count == 32, "pattern of \(name) is not 32 bits")
        self.name = name
        mask = pattern.reduce(0) { $0 << 1 | ($1 == "-" ? 0 : 1) }
        value = pattern.reduce(0) { $0 << 1 | ($1 == "1" ? 1 : 0) }
    }

    static func of(_ word: UInt32) -> String? {
        all.first { word & $0.mask == $0.value }?.name
    }

    static let all: [UnclaimedFeature] = [
        UnclaimedFeature("THE (RCWCLR, RCWSET)", "0-111000--1-----10-100----------"),
        UnclaimedFeature("THE (RCWSWP)", "0-111000--1-----101000----------"),
        UnclaimedFeature("THE (RCWCAS)", "0-011001--1-----0000------------"),
        UnclaimedFeature("LSE128", "00011001--1---------00----------"),
        UnclaimedFeature("LRCPC3", "1-011001--0-----000-10----------"),
        UnclaimedFeature("LRCPC3 (SIMD)", "--011101--0---------10----------"),
        UnclaimedFeature("LRCPC3 (SIMD lane)", "0-0011010-000001100001----------"),
    ]
}
