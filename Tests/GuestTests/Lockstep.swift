import Engine
import Foundation
import GuestA64
import Support

/// Two vCPUs that run the same guest, one behind the other, and are compared wherever both stop: all registers there, all
/// memory at some of these places and at the end.
///
/// The leader hands over its state whenever its instruction count has grown; the follower looks for the one with its own
/// count. Which places both stop at depends on how they run, so that some of the leader's pass uncompared.
final class Lockstep: @unchecked Sendable {
    /// The follower's memory is compared after so many states.
    private static let statesBetweenMemories = 20_000
    private static let longestQueue = 4096

    private enum Item {
        case state(LockstepState)
        /// The leader waits, after this many instructions, until its memory has been compared.
        case memory(UInt64)
        case end
    }

    private let condition = NSCondition()
    private var items: [Item] = []
    private var taken = 0
    private var isAbandoned = false
    private var memoriesDone = 0
    private var memoriesAsked = 0

    let leader: LockstepBoard
    let follower: LockstepBoard
    private(set) var compared = 0
    private(set) var skipped = 0
    private(set) var memoriesCompared = 0
    /// The first difference.
    private(set) var difference: String?

    /// Guest `name` with `words`, under the options of each.
    init(_ name: String, _ words: String, leader first: VCPUOptions, follower second: VCPUOptions) throws {
        let (leading, following) = (Observer(), Observer())
        var (firstOptions, secondOptions) = (first, second)
        firstOptions.turnObserver = leading
        secondOptions.turnObserver = following
        leader = try LockstepBoard(name, words, firstOptions)
        follower = try LockstepBoard(name, words, secondOptions)
        leading.action = { [unowned self] in lead() }
        following.action = { [unowned self] in follow() }
    }

    private final class Observer: TurnObserver, @unchecked Sendable {
        var action: () -> Void = {}
        func turn(of vcpu: Processor) { action() }
    }

    /// Runs both to their end.
    func run() {
        let thread = HostThread(name: "leader") { [self] in
            leader.vcpu?.run()
            if let last = lastLed { put(.state(last)) }
            put(.end)
        }
        follower.vcpu?.run()
        if let last = lastFollowed { settle(last) }
        abandon()
        thread?.join()
        compareEnds()
    }

    private func compareEnds() {
        guard difference == nil else { return }
        let (ours, theirs) = (leader.vcpu?.guestInstructions ?? 0, follower.vcpu?.guestInstructions ?? 0)
        if ours != theirs { difference = "\(ours) instructions not \(theirs)" }
        if leader.output != follower.output { difference = "output" }
        if leader.death != follower.death { difference = leader.death ?? follower.death }
        if !leader.hasSameMemory(as: follower) { difference = "memory at the end" }
    }

    // MARK: The leader

    private var lastLed: LockstepState?
    private var handedOver = 0

    private func lead() {
        guard let vcpu = leader.vcpu else { return }
        let state = LockstepState(vcpu)
        // Only the last state of each count: one of them takes an exception, the other has not yet.
        if let last = lastLed, last.guestInstructions < state.guestInstructions {
            put(.state(last))
            handedOver += 1
            if handedOver % Self.statesBetweenMemories == 0 { waitForComparison(state.guestInstructions) }
        }
        lastLed = state
    }

    private func put(_ item: Item) {
        condition.lock()
        while items.count - taken >= Self.longestQueue && !isAbandoned { condition.wait() }
        if taken > Self.longestQueue {
            items.removeFirst(taken)
            taken = 0
        }
        items.append(item)
        condition.broadcast()
        condition.unlock()
    }

    private func waitForComparison(_ count: UInt64) {
        put(.memory(count))
        condition.lock()
        memoriesAsked += 1
        while memoriesDone < memoriesAsked && !isAbandoned { condition.wait() }
        condition.unlock()
    }

    // MARK: The follower

    private var lastFollowed: LockstepState?

    private func follow() {
        guard let vcpu = follower.vcpu else { return }
        let state = LockstepState(vcpu)
        if let last = lastFollowed, last.guestInstructions < state.guestInstructions { settle(last) }
        lastFollowed = state
        while case .memory(let count) = first(), count <= state.guestInstructions {
            if count == state.guestInstructions { compareMemory(state) }
            drop()
        }
    }

    /// Compares `state`, the last with its count, with the leader's, and drops what lies before.
    private func settle(_ state: LockstepState) {
        while case .state(let leading) = first(), leading.guestInstructions <= state.guestInstructions {
            drop()
            guard leading.guestInstructions == state.guestInstructions else {
                skipped += 1
                continue
            }
            compared += 1
            if let found = leading.difference(from: state) { end(found) }
        }
    }

    private func compareMemory(_ state: LockstepState) {
        memoriesCompared += 1
        if !leader.hasSameMemory(as: follower) { end("memory after \(state.guestInstructions) instructions") }
    }

    private func end(_ found: String) {
        if difference == nil { difference = found }
        leader.vcpu?.quit()
        follower.vcpu?.quit()
        abandon()
    }

    private func abandon() {
        condition.lock()
        isAbandoned = true
        condition.broadcast()
        condition.unlock()
    }

    private func first() -> Item {
        condition.lock()
        defer { condition.unlock() }
        while taken == items.count {
            if isAbandoned { return .end }
            condition.wait()
        }
        return items[taken]
    }

    private func drop() {
        condition.lock()
        if case .memory = items[taken] { memoriesDone += 1 }
        if case .end = items[taken] {} else { taken += 1 }
        condition.broadcast()
        condition.unlock()
    }
}
