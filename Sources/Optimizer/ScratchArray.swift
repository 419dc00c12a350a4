/// An array of trivial elements that grows and never shrinks, for the passes' working memory.
///
/// The standard library's `Array` asks before every write whether it is shared, a call that costs more than what the
/// passes do with an element. This one cannot be shared. Every access is checked against the bounds.
@safe struct ScratchArray<Element: BitwiseCopyable>: ~Copyable {
    private var base: UnsafeMutablePointer<Element>
    private var capacity: Int
    private(set) var count: Int

    init(capacity: Int) {
        self.capacity = max(capacity, 16)
        unsafe base = .allocate(capacity: self.capacity)
        count = 0
    }

    /// Without memory; what `take` leaves behind.
    private init() {
        unsafe base = UnsafeMutablePointer(bitPattern: 64).unsafelyUnwrapped
        capacity = 0
        count = 0
    }

    /// Moves the array into a local variable for the time of a loop, where its address and count stay in registers.
    mutating func take() -> ScratchArray {
        var taken = ScratchArray()
        swap(&taken, &self)
        return taken
    }

    init(repeating element: Element, count: Int) {
        self.init(capacity: count)
        reset(to: element, count: count)
    }

    deinit {
        if capacity != 0 { unsafe base.deallocate() }
    }

    @inline(__always)
    subscript(index: Int) -> Element {
        // Addresses, so that a field is read or changed without the element being copied.
        unsafeAddress {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "index outside the scratch array")
            return unsafe UnsafePointer(base + index)
        }
        unsafeMutableAddress {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "index outside the scratch array")
            return unsafe base + index
        }
    }

    // MARK: Growing

    /// Returns the index of the element.
    @inline(__always)
    @discardableResult
    mutating func append(_ element: Element) -> Int {
        if count == capacity { grow(to: count &+ 1) }
        let index = count
        unsafe (base + index).initialize(to: element)
        count = index &+ 1
        return index
    }

    mutating func removeAll() { count = 0 }

    /// Keeps the first `count` elements.
    mutating func truncate(to count: Int) {
        precondition(count <= self.count, "a scratch array cannot be truncated to more than it has")
        self.count = count
    }

    /// Forgets what the array held and makes it `count` copies of `element`.
    mutating func reset(to element: Element, count: Int) {
        self.count = 0
        if count > capacity { grow(to: count) }
        unsafe base.initialize(repeating: element, count: count)
        self.count = count
    }

    @inline(never)
    private mutating func grow(to needed: Int) {
        let larger = max(needed, capacity * 2, 16)
        let new = UnsafeMutablePointer<Element>.allocate(capacity: larger)
        unsafe new.initialize(from: base, count: count)
        if capacity != 0 { unsafe base.deallocate() }
        unsafe base = new
        capacity = larger
    }

    // MARK: From and to the standard library's arrays

    mutating func load(_ array: [Element]) {
        count = 0
        if array.count > capacity { grow(to: array.count) }
        let base = unsafe base
        unsafe array.withUnsafeBufferPointer { elements in
            if let source = elements.baseAddress { unsafe base.initialize(from: source, count: elements.count) }
        }
        count = array.count
    }

    /// Replaces the contents of `array`, in place where it is large enough.
    func store(into array: inout [Element]) {
        if array.count > count { array.removeLast(array.count - count) }
        let (base, kept) = unsafe (base, array.count)
        unsafe array.withUnsafeMutableBufferPointer { elements in
            if let target = elements.baseAddress { unsafe target.update(from: base, count: kept) }
        }
        if count > kept {
            unsafe array.append(contentsOf: UnsafeBufferPointer(start: base + kept, count: count - kept))
        }
    }
}
