/// A 128-bit value as the interpreter's cells hold it: bits 63 to 0, then bits 127 to 64.
@usableFromInline package typealias Vector128 = SIMD2<UInt64>

/// Which lanes of a 128-bit value an operation works on: their size, and how many bits of the value they fill.
///
/// The low five bits of the attribute of a lane operation; bits 2 to 0 the size, bits 4 and 3 the width.
package struct Lanes: Equatable, BitwiseCopyable, Sendable {
    /// Size of one lane.
    @frozen
    package enum Size: UInt8, CaseIterable, BitwiseCopyable, Sendable {
        case b, h, s, d, q

        package var bits: Int { 8 << Int(rawValue) }
        package var bytes: Int { 1 << Int(rawValue) }
        /// The size twice as large; q stays.
        package var doubled: Size { Size(rawValue: rawValue + 1) ?? .q }
        /// The size half as large; b stays.
        package var halved: Size { Size(rawValue: rawValue &- 1) ?? .b }
    }

    /// How many bits of the value are lanes.
    @frozen
    package enum Width: UInt8, CaseIterable, BitwiseCopyable, Sendable {
        /// One lane: the scalar forms.
        case one
        case half
        case full
    }

    /// Bits of an attribute that the lanes take; a `LaneOperation` lies above them.
    package static let attributeBits: UInt16 = 5

    package let size: Size
    package let width: Width

    package init(_ size: Size, _ width: Width) {
        self.size = size
        self.width = width
    }

    package init?(attribute: UInt16) {
        guard let size = Size(rawValue: UInt8(truncatingIfNeeded: attribute & 7)),
            let width = Width(rawValue: UInt8(truncatingIfNeeded: attribute >> 3 & 3))
        else { return nil }
        self.init(size, width)
    }

    package var attribute: UInt16 { UInt16(size.rawValue) | UInt16(width.rawValue) << 3 }

    /// Bits of the value that are lanes.
    package var bits: Int {
        switch width {
        case .one: size.bits
        case .half: 64
        case .full: 128
        }
    }

    package var count: Int { max(bits / size.bits, 1) }

    /// The arrangement as assemblers write it: `4s`; for one lane the letter alone.
    package var text: String { width == .one ? "\(size)" : "\(count)\(size)" }

    package init?(text: Substring) {
        let all = Size.allCases.flatMap { size in Width.allCases.map { Lanes(size, $0) } }
        guard let lanes = all.first(where: { $0.text == text }) else { return nil }
        self = lanes
    }
}
