/// The loop of one thread.
extension HarnessCode {
    /// Names of the harness's registers in a thread.
    private struct Names {
        let script, log, meeting, count, target, patience, first, second, turns: Int

        init(_ free: [Int]) {
            (script, log, meeting, count) = (free[0], free[1], free[2], free[3])
            (target, patience, first, second) = (free[4], free[5], free[6], free[7])
            turns = free[8]
        }
    }

    func thread(_ instance: Int, _ thread: Int, _ code: inout CodeBuilder) throws(LitmusError) {
        let names = Names(registers[thread].free)
        code.label(Self.entry(instance, thread))
        try code.inScope { (code) throws(LitmusError) in
            code.move("x\(names.script)", layout.script(instance, thread))
            code.move("x\(names.log)", layout.log(instance, thread))
            code.move("x\(names.meeting)", GuestLayout.meeting(instance))
            code.move("x\(names.count)", UInt64(options.size))
            code.move("x\(names.target)", 0)
            code.move("x\(names.patience)", 1000)
            if options.barrier == .once { meet(names, &code) }
            code.label("next.iteration")
            prepare(thread, names, &code)
            switch options.barrier {
            case .user: meet(names, &code)
            case .pairs: meetByPairs(names, &code)
            case .once, nil: break
            }
            wait(names, &code)
            try code.inScope { (code) throws(LitmusError) in try body(thread, &code) }
            for register in registers[thread].logged { code.emit("str x\(register), [x\(names.log)], #8") }
            code.emit("sub x\(names.count), x\(names.count), #1")
            code.emit("cbnz x\(names.count), next.iteration")
            code.emit("b finish")
        }
    }

    private func prepare(_ thread: Int, _ names: Names, _ code: inout CodeBuilder) {
        for entry in registers[thread].addresses { code.emit("ldr x\(entry.register), [x\(names.script)], #8") }
        for entry in registers[thread].constants { code.move("x\(entry.register)", entry.value) }
    }

    /// All threads of the instance wait for each other: a counter only grows, and each goes on when it has reached what
    /// it is after all have come.
    ///
    /// How long a thread waits before it gives its core away it learns: longer while the others come in time, for a busy
    /// host that has taken their core for a while makes many iterations at once when it is back; shorter while they do
    /// not, for they may need this core.
    private func meet(_ names: Names, _ code: inout CodeBuilder) {
        code.emit("add w\(names.target), w\(names.target), #\(test.threads.count)")
        code.emit("mov w\(names.first), #1")
        code.emit("ldaddal w\(names.first), w\(names.second), [x\(names.meeting)]")
        code.emit("mov w\(names.first), w\(names.patience)")
        code.label("spin")
        code.emit("ldar w\(names.second), [x\(names.meeting)]")
        code.emit("cmp w\(names.second), w\(names.target)")
        code.emit("b.hs met")
        code.emit("sub w\(names.first), w\(names.first), #1")
        code.emit("cbnz w\(names.first), spin")
        code.emit("yield")
        code.emit("lsr w\(names.patience), w\(names.patience), #1")
        code.emit("orr w\(names.patience), w\(names.patience), #256")
        code.emit("mov w\(names.first), #256")
        code.emit("b spin")
        code.label("met")
        code.emit("lsr w\(names.first), w\(names.patience), #14")
        code.emit("cbnz w\(names.first), patient")
        code.emit("add w\(names.patience), w\(names.patience), #16")
        code.label("patient")
    }

    /// Where not each vCPU has a core, or others want the cores, a meeting of all takes a turn of the host, ten times as
    /// long as the iteration, and still only those overlap that have a core. So all meet before each batch, and before
    /// every fourth iteration those that come to it at the same time: each in turn counts, and who makes the count odd
    /// waits a moment for the next, unless all have come.
    private func meetByPairs(_ names: Names, _ code: inout CodeBuilder) {
        code.emit("tst x\(names.count), #\(GuestLayout.pairSpan - 1)")
        code.emit("b.ne paired")
        code.emit("ands x\(names.first), x\(names.count), #\(GuestLayout.batch - 1)")
        code.emit("b.ne in.batch")
        meet(names, &code)
        code.emit("mov x\(names.first), #0")
        code.label("in.batch")
        // A word for each pairing of a batch: 4 bytes, as many as iterations lie between them.
        code.emit("add x\(names.first), x\(names.meeting), x\(names.first)")
        code.emit("add x\(names.first), x\(names.first), #\(GuestLayout.pairing >> 12), lsl #12")
        code.emit("mov w\(names.second), #1")
        code.emit("ldaddal w\(names.second), w\(names.second), [x\(names.first)]")
        code.emit("add w\(names.second), w\(names.second), #1")
        code.emit("mov w\(names.turns), #100")
        code.label("pair")
        // How many have come in this batch: those of each earlier one are counted, too.
        code.emit("sub w\(names.second), w\(names.second), w\(names.target)")
        code.emit("add w\(names.second), w\(names.second), #\(test.threads.count)")
        code.emit("tbz w\(names.second), #0, paired")
        code.emit("cmp w\(names.second), #\(test.threads.count)")
        code.emit("b.hs paired")
        code.emit("ldar w\(names.second), [x\(names.first)]")
        code.emit("sub w\(names.turns), w\(names.turns), #1")
        code.emit("cbnz w\(names.turns), pair")
        code.label("paired")
    }

    private func wait(_ names: Names, _ code: inout CodeBuilder) {
        code.emit("ldr x\(names.first), [x\(names.script)], #8")
        code.emit("cbz x\(names.first), go")
        code.label("wait")
        code.emit("sub x\(names.first), x\(names.first), #1")
        code.emit("cbnz x\(names.first), wait")
        code.label("go")
    }

    private func body(_ thread: Int, _ code: inout CodeBuilder) throws(LitmusError) {
        for statement in test.threads[thread].statements {
            if let label = statement.label, !code.label(label) {
                throw LitmusError(test.file, statement.line, "P\(thread) has the label '\(label)' twice")
            }
            if let text = statement.text { code.emit(text, source: statement.line) }
        }
    }
}
