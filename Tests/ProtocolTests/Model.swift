/// Where a thread goes on after a step.
enum Flow {
    case next
    case to(String)
    /// Not possible in this state; another thread has to do something first.
    case blocked
    case end
}

/// One step of a thread's program, which no other thread interrupts.
struct Step {
    let label: String
    /// A locked operation or a fence of the host: it waits until the thread's store buffer is empty.
    let isLocked: Bool
    let run: (inout World, Int) -> Flow

    /// A plain load or store of the host, or no access at all.
    static func plain(_ label: String, _ run: @escaping (inout World, Int) -> Flow) -> Step {
        Step(label: label, isLocked: false, run: run)
    }
    /// A locked access of the host: XCHG, LOCK CMPXCHG, or what a sequentially consistent store is compiled to.
    static func locked(_ label: String, _ run: @escaping (inout World, Int) -> Flow) -> Step {
        Step(label: label, isLocked: true, run: run)
    }
    /// A store into the buffer.
    static func store(_ label: String, _ cell: Int, _ value: @escaping (World, Int) -> Int) -> Step {
        plain(label) { world, thread in world.store(cell, value(world, thread), thread) ? .next : .blocked }
    }
}

/// What the threads of a protocol do, and what must hold.
struct Model {
    var programs: [[Step]] = []
    var initial = World()
    /// Why a state must not be; nil when it may.
    var violation: (World) -> String? = { _ in nil }
    /// Told of each write as it reaches memory, to keep what only the model knows: world, writer, cell.
    var wrote: (inout World, Int, Int) -> Void = { _, _, _ in }

    /// Writes memory in a locked step.
    func write(_ world: inout World, _ cell: Int, _ value: Int, _ thread: Int) {
        world[cell] = value
        wrote(&world, thread, cell)
    }
}
