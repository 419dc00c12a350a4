/// The SM4 instructions (Arm ARM C7.2, SM4E, SM4EKEY; GB/T 32907-2016).
package enum SM4 {
    /// SM4E: four rounds with the four round keys in `keys`.
    package static func encrypt(_ state: Quadword, keys: Quadword) -> Quadword {
        rounds(state, keys) { word in
            word ^ word.rotatedLeft(2) ^ word.rotatedLeft(10) ^ word.rotatedLeft(18) ^ word.rotatedLeft(24)
        }
    }

    /// SM4EKEY: four steps of the key schedule with the four constants in `constants`.
    package static func expandKey(_ key: Quadword, constants: Quadword) -> Quadword {
        rounds(key, constants) { word in word ^ word.rotatedLeft(13) ^ word.rotatedLeft(23) }
    }

    @inline(__always)
    private static func rounds(_ state: Quadword, _ keys: Quadword, _ linear: (UInt32) -> UInt32) -> Quadword {
        var state = Words(state)
        let keys = Words(keys)
        for round in 0..<4 {
            let substituted = SubstitutionBox.sm4.substitute(state.w ^ state.z ^ state.y ^ keys[round])
            state = Words(state.y, state.z, state.w, linear(substituted) ^ state.x)
        }
        return state.register
    }
}
