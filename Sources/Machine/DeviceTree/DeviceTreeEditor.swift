import CFDT

/// Changes a finished device tree: the one that the board wrote, or one that the user brought by `-dtb`.
struct DeviceTreeEditor: ~Copyable {
    private let buffer: UnsafeMutableRawBufferPointer

    /// Opens a copy of `tree` with `spare` bytes of room.
    ///
    /// - Throws: `DeviceTreeError` when it is no device tree, or is damaged.
    init(_ tree: [UInt8], spare: Int) throws(DeviceTreeError) {
        buffer = .allocate(byteCount: tree.count + spare, alignment: 8)
        let checked = tree.count < 40 ? -FDT_ERR_TRUNCATED : fdt_check_full(tree, tree.count)
        guard checked == 0 else { throw DeviceTreeError(checked) }
        let opened = fdt_open_into(tree, buffer.baseAddress, Int32(buffer.count))
        guard opened == 0 else { throw DeviceTreeError(opened) }
    }

    deinit { buffer.deallocate() }

    /// Sets a property of the node at `path`, whose last part is made when it is missing.
    func set(_ path: String, _ property: String, bytes: [UInt8]) throws(DeviceTreeError) {
        let node = try findOrAdd(path)
        let result = fdt_setprop(buffer.baseAddress, node, property, bytes, Int32(bytes.count))
        guard result == 0 else { throw DeviceTreeError(result) }
    }

    /// Sets a property to a string.
    func set(_ path: String, _ property: String, _ text: String) throws(DeviceTreeError) {
        try set(path, property, bytes: Array(text.utf8) + [0])
    }

    /// Sets a property to cells.
    func set(_ path: String, _ property: String, cells: [UInt32]) throws(DeviceTreeError) {
        try set(path, property, bytes: deviceTreeBytes(cells))
    }

    /// The changed tree.
    func finish() throws(DeviceTreeError) -> [UInt8] {
        let packed = fdt_pack(buffer.baseAddress)
        guard packed == 0 else { throw DeviceTreeError(packed) }
        let size = buffer.loadUnaligned(fromByteOffset: 4, as: UInt32.self).byteSwapped
        return Array(buffer.prefix(Int(size)))
    }

    private func findOrAdd(_ path: String) throws(DeviceTreeError) -> Int32 {
        var node = fdt_path_offset(buffer.baseAddress, path)
        if node == -FDT_ERR_NOTFOUND, let slash = path.lastIndex(of: "/") {
            let parent = fdt_path_offset(buffer.baseAddress, slash == path.startIndex ? "/" : String(path[..<slash]))
            guard parent >= 0 else { throw DeviceTreeError(parent) }
            node = fdt_add_subnode(buffer.baseAddress, parent, String(path[path.index(after: slash)...]))
        }
        guard node >= 0 else { throw DeviceTreeError(node) }
        return node
    }
}
