/// How the store-exclusive of an open sequence learns that somebody else has written. Closed sequences compare values, by one
/// locked operation, in all schemes: there that is exact. Docs/MemoryModel.md compares the three.
package enum ExclusiveScheme: String, Sendable, CaseIterable {
    /// Pages of open sequences are watched: stores to them take the slow path, which counts a version of their granule.
    case exact
    /// It does not: it compares values in open sequences, too. For comparison.
    case valueCompare = "cas"
    /// Every store leaves its vCPU's number in a table of granules (hash-table store test). For comparison.
    case storeTest = "hash"
}
