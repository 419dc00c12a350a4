/// The block cipher of pointer authentication (Arm ARM, shared pseudocode `ComputePACQARMA`; R. Avanzi, "The QARMA
/// Block Cipher Family", 2017). A block is 16 cells of four bits, cell 0 in bits 3 to 0.
package enum QARMA {
    /// QARMA5 (FEAT_PACQARMA5): the code of `data` for a 64-bit `modifier` and the key's upper and lower half.
    package static func authenticationCode(
        _ data: UInt64, modifier: UInt64, keyHigh: UInt64, keyLow: UInt64
    ) -> UInt64 {
        let whitening = keyHigh.rotatedRight(1) ^ keyHigh &>> 63
        var tweaks = InlineArray<6, UInt64>(repeating: modifier)
        var state = data ^ keyHigh
        for round in 0..<5 {
            state ^= keyLow ^ tweaks[round] ^ roundConstants[round]
            if round > 0 { state = mix(permute(state, cellShuffle)) }
            state = permuteValues(state, substitution)
            tweaks[round + 1] = nextTweak(tweaks[round])
        }
        state = reflect(state ^ whitening ^ tweaks[5], keyHigh: keyHigh, keyLow: keyLow, tweak: tweaks[5])
        for round in (0..<5).reversed() {
            state = permuteValues(state, inverseSubstitution)
            if round > 0 { state = permute(mix(state), inverseCellShuffle) }
            state ^= keyLow ^ tweaks[round] ^ roundConstants[round] ^ alpha
        }
        return state ^ whitening
    }

    /// The middle of the cipher, which turns the forward rounds into the backward ones.
    private static func reflect(_ block: UInt64, keyHigh: UInt64, keyLow: UInt64, tweak: UInt64) -> UInt64 {
        var state = permuteValues(mix(permute(block, cellShuffle)), substitution)
        state = mix(permute(state, cellShuffle)) ^ keyLow
        state = permuteValues(permute(state, inverseCellShuffle), inverseSubstitution)
        return permute(mix(state), inverseCellShuffle) ^ keyHigh ^ tweak
    }

    /// Digits of pi, and of the number that breaks the symmetry of encryption and decryption.
    private static let roundConstants: InlineArray<5, UInt64> = [
        0, 0x1319_8a2e_0370_7344, 0xa409_3822_299f_31d0, 0x082e_fa98_ec4e_6c89, 0x4528_21e6_38d0_1377,
    ]
    private static var alpha: UInt64 { 0xc0ac_29b7_c97c_50dd }
}

// MARK: Cells

extension QARMA {
    // Tables of 16 entries of four bits, entry 0 in bits 3 to 0.

    /// The S-box sigma 2.
    private static var substitution: UInt64 { 0xa12d_5473_e90c_f86b }
    private static var inverseSubstitution: UInt64 { 0x37c4_0f62_91ba_8de5 }
    /// The cell that each cell takes its value from.
    private static var cellShuffle: UInt64 { 0xf492_5e38_a1c7_0b6d }
    private static var inverseCellShuffle: UInt64 { 0xfa05_27d8_41be_9c63 }
    private static var tweakShuffle: UInt64 { 0x9a10_fedc_832b_7654 }

    @inline(__always)
    private static func entry(_ table: UInt64, _ index: UInt64) -> UInt64 { table &>> (index &* 4) & 15 }

    /// Each cell's value replaced by its entry in `table`.
    @inline(__always)
    private static func permuteValues(_ block: UInt64, _ table: UInt64) -> UInt64 {
        var result: UInt64 = 0
        for cell: UInt64 in 0..<16 { result |= entry(table, entry(block, cell)) &<< (cell &* 4) }
        return result
    }

    /// Each cell takes the value of the cell that `table` names.
    @inline(__always)
    private static func permute(_ block: UInt64, _ table: UInt64) -> UInt64 {
        var result: UInt64 = 0
        for cell: UInt64 in 0..<16 { result |= entry(block, entry(table, cell)) &<< (cell &* 4) }
        return result
    }

    /// The involutory matrix circ(0, r, r^2, r) over the rows, where r rotates a cell left by one.
    @inline(__always)
    private static func mix(_ block: UInt64) -> UInt64 {
        let once = (block &<< 1 & 0xeeee_eeee_eeee_eeee) | (block &>> 3 & 0x1111_1111_1111_1111)
        let twice = (block &<< 2 & 0xcccc_cccc_cccc_cccc) | (block &>> 2 & 0x3333_3333_3333_3333)
        return once.rotatedRight(16) ^ twice.rotatedRight(32) ^ once.rotatedRight(48)
    }
}

// MARK: Tweak

extension QARMA {
    /// The cells that a feedback shift register runs on, by where they are after the shuffle.
    private static var fedBack: UInt64 { 0xff0f_f000_f00f_0f00 }

    private static func nextTweak(_ tweak: UInt64) -> UInt64 {
        let shuffled = permute(tweak, tweakShuffle)
        let feedback = (shuffled ^ shuffled &>> 1) & 0x1111_1111_1111_1111
        let shifted = shuffled &>> 1 & 0x7777_7777_7777_7777 | feedback &<< 3
        return shuffled & ~fedBack | shifted & fedBack
    }
}
