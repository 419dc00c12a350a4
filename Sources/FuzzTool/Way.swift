import ArgumentParser

/// A way in which the emulator can run programs: what `-accel` says.
struct Way {
    let name: String
    let accelerator: String

    private static let all = [
        Way(name: "default", accelerator: "auto"),
        Way(name: "interp", accelerator: "interp"),
        Way(name: "plainest", accelerator: "interp,loop=plain,opt=off,fuse=off,link=off"),
        Way(name: "plain", accelerator: "interp,loop=plain"),
        Way(name: "unfused", accelerator: "interp,fuse=off"),
        Way(name: "unoptimized", accelerator: "interp,opt=off"),
        Way(name: "short", accelerator: "interp,block=3"),
        Way(name: "native", accelerator: "native,threshold=1"),
        Way(name: "native-unoptimized", accelerator: "native,threshold=1,opt=off"),
        Way(name: "native-short", accelerator: "native,threshold=1,block=3"),
    ]

    static var names: String { all.map(\.name).joined(separator: ", ") }

    /// The ways in a list with commas; `all` is every one.
    static func parse(_ text: String) throws -> [Way] {
        if text == "all" { return all }
        let ways = try text.split(separator: ",").map { name in
            guard let way = all.first(where: { $0.name == name }) else {
                throw ValidationError("--ways \(name): there are \(names)")
            }
            return way
        }
        guard !ways.isEmpty else { throw ValidationError("--ways needs a name") }
        return ways
    }
}
