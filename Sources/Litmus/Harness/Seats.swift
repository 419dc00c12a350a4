/// The vCPUs of a run, each on a core of the host, and who sits where.
struct Seats {
    let processors: Int
    let cores: Int

    /// `processors` vCPUs, the i-th of them on core i modulo `cores`.
    init(_ processors: Int, cores: Int) {
        self.processors = processors
        self.cores = cores
    }

    /// By vCPU: its instance and thread, drawn; nil stays off. The threads of an instance are on as many cores as there
    /// are: on one core they never overlap, and each meeting takes a turn of the host.
    func placed(
        instances: Int, threads: Int, _ random: inout some RandomNumberGenerator
    ) -> [(instance: Int, thread: Int)?] {
        var free = (0..<cores).map { core in
            stride(from: core, to: processors, by: cores).shuffled(using: &random)
        }
        var placement: [(instance: Int, thread: Int)?] = Array(repeating: nil, count: processors)
        var core = Int.random(in: 0..<cores, using: &random)
        for instance in 0..<instances {
            for thread in (0..<threads).shuffled(using: &random) {
                // The next core that has a seat: there are as many seats as threads.
                while free[core].isEmpty { core = (core + 1) % cores }
                placement[free[core].removeLast()] = (instance, thread)
                core = (core + 1) % cores
            }
        }
        return placement
    }
}
