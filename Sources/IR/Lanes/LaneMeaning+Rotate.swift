extension LaneMeaning {
    /// `rotateLeftImmediate`, word by word: what a shift moves across a lane's border is masked away.
    static func rotateLeft(_ lanes: Lanes, _ amount: UInt64, _ a: Vector128) -> Vector128 {
        let size = UInt64(lanes.size.bits)
        let left = amount & (size - 1)
        let low = splat(Lanes(lanes.size, .full), (1 << left) - 1)
        return (a &<< left & ~low | a &>> ((size - left) & 63) & low) & mask(lanes)
    }
}
