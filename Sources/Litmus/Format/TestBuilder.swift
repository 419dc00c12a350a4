/// A test while it is read.
struct TestBuilder {
    let file: String
    let name: String
    var preamble: [String] = []
    var initialText: [String] = []
    private(set) var locations: [Location] = []
    var threads: [LitmusThread] = []

    init(file: String, name: String) {
        self.file = file
        self.name = name
    }

    /// The index of location `name`, which is made if it is new.
    mutating func location(_ name: String) -> Int {
        if let index = locations.firstIndex(where: { $0.name == name }) { return index }
        locations.append(Location(name: name, type: .int))
        return locations.count - 1
    }

    mutating func declare(_ index: Int, type: CellType?, initial: [LitmusValue]?, isArray: Bool) {
        if let type { locations[index].type = type }
        if let initial { locations[index].initial = initial }
        if isArray { locations[index].isArray = true }
        let holdsAddress = locations[index].initial.contains { if case .address = $0 { true } else { false } }
        if holdsAddress { locations[index].type = .address }
    }

    mutating func set(_ index: Int, element: Int, _ value: LitmusValue) -> Bool {
        guard locations[index].initial.indices.contains(element) else { return false }
        var initial = locations[index].initial
        initial[element] = value
        declare(index, type: nil, initial: initial, isArray: false)
        return true
    }

    /// Makes threads up to `index`.
    mutating func addThread(_ index: Int) {
        while threads.count <= index { threads.append(LitmusThread()) }
    }

    /// The number of register `name`: `X0` to `X30`, or `W0` to `W30`.
    static func register(_ name: String) -> Int? {
        guard let letter = name.first, "XxWw".contains(letter), let number = Int(name.dropFirst()), number >= 0,
            number < 31, name.count <= 3
        else { return nil }
        return number
    }

    /// The most threads of a test.
    static let maximumThreads = 16

    /// The thread that `0` or `P0` is.
    static func thread(_ token: Token) -> Int? {
        let digits = token.text.hasPrefix("P") ? String(token.text.dropFirst()) : token.text
        guard let number = Int(digits), (0..<maximumThreads).contains(number) else { return nil }
        return number
    }
}
