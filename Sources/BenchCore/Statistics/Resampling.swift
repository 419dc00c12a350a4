package import Support

// A seed makes resampling give the same interval for the same data, today and tomorrow.
extension SplitMix64 {
    /// As many values as the list has, drawn from it with replacement.
    package mutating func resample(_ values: [Double]) -> [Double] {
        values.indices.map { _ in values[Int.random(in: values.indices, using: &self)] }
    }
}
