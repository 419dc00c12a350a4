import Devices
import Glibc
import Machine
import Support
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct MachineRunTests {
    /// A machine with `program` as its flat kernel.
    private func machine(
        _ program: TestProgram, _ sink: MemorySink = MemorySink(),
        _ change: (inout MachineConfiguration) -> Void = { _ in }
    ) throws -> Machine {
        let file = try TemporaryFile(program.bytes)
        var configuration = MachineConfiguration()
        configuration.kernel = file.path
        change(&configuration)
        return try Machine(configuration, sink: sink)
    }

    @Test func `A guest says something and powers off`() throws {
        var program = TestProgram()
        program.say("hi\n")
        program.powerOff()
        let sink = MemorySink()
        let report = try machine(program, sink).run()
        #expect(report.end == .systemOff)
        #expect(sink.text == "hi\n")
        #expect(report.figures.count == 1)
        #expect(report.figures[0].guestInstructions == UInt64(program.words.count))
    }

    /// A process that runs many machines, as `emu-litmus` does, must not keep their memory.
    @Test(arguments: [false, true]) func `A machine that has run can be given up`(isInterpreted: Bool) throws {
        var program = TestProgram()
        program.powerOff()
        weak var kept: Machine?
        do {
            let machine = try machine(program) {
                $0.processors = 2
                if isInterpreted { $0.native = nil }
            }
            _ = try machine.run()
            kept = machine
        }
        #expect(kept == nil)
    }

    @Test func `PSCI answers by SMC as well`() throws {
        var program = TestProgram()
        program.call(0x8400_0008, byMonitor: true)
        #expect(try machine(program).run().end == .systemOff)
    }

    @Test(arguments: [2, 8, 9, 64])
    func `Every processor can be switched on, with a context`(processors: Int) throws {
        // Each processor says its letter, switches on the next one, and goes off; the last one powers off.
        var program = TestProgram()
        let sink = MemorySink()
        for cpu in 1..<processors {
            let affinity = UInt64(cpu / 8) << 8 | UInt64(cpu % 8)
            // The call is six or seven instructions long; find out where it ends before writing it.
            var trial = program
            trial.call(0xc400_0003, affinity, 0x4008_0000, UInt64(48 + cpu))
            trial.call(0x8400_0002)
            let entry = trial.here
            program.call(0xc400_0003, affinity, entry, UInt64(48 + cpu))
            program.call(0x8400_0002)
            while program.here < entry { program.word(0xd503_201f) }
            #expect(program.here == entry)
            program.move(9, 0x0900_0000)
            program.word(0xb900_0000 | 9 << 5 | 0)
        }
        program.powerOff()
        let report = try machine(program, sink) { $0.processors = processors }.run()
        #expect(report.end == .systemOff)
        #expect(sink.text.unicodeScalars.map(\.value) == (1..<processors).map { UInt32(48 + $0) })
    }

    @Test func `A reset starts the guest again, with devices and memory as new and the time of day kept`() throws {
        var program = TestProgram()
        program.say("a")
        program.load(11, 0x0901_0008)  // the real time clock's load register: zero until it is set
        program.skip(7, ifNotZero: 11)
        program.store(0x0901_0008, 42)
        program.reset()
        program.say("b")
        program.powerOff()
        let sink = MemorySink()
        #expect(try machine(program, sink).run().end == .systemOff)
        #expect(sink.text == "aab")
    }

    @Test func `A reset ends the run when that is asked for`() throws {
        var program = TestProgram()
        program.reset()
        #expect(try machine(program) { $0.endsOnReset = true }.run().end == .systemReset)
    }

    @Test(arguments: [GICVersion.v2, .v3])
    func `The virtual timer's interrupt ends a wait`(gic: GICVersion) throws {
        var program = TestProgram()
        program.store(0x0800_0000, 3)
        switch gic {
        case .v2:
            program.store(0x0800_0100, 1 << 27)
            program.store(0x0801_0004, 0xff)
            program.store(0x0801_0000, 1)
        case .v3:
            program.store(0x080b_0080, 0xffff_ffff)
            program.store(0x080b_0100, 1 << 27)
            program.move(10, 0xff)
            program.word(0xd518_4600 | 10)  // ICC_PMR_EL1
            program.word(0xd518_cce0 | 10)  // ICC_IGRPEN1_EL1
        }
        program.setTimer(crm: 3, op2: 0, 62_500 * 5)  // CNTV_TVAL_EL0: 5 ms
        program.setTimer(crm: 3, op2: 1, 1)
        program.waitForInterrupt()
        program.powerOff()
        let machine = try machine(program) { $0.gicRequest = gic }
        #expect(try machine.run().end == .systemOff)
        #expect(machine.now >= 5_000_000)
    }

    @Test func `Input reaches the guest through the serial port`() throws {
        var program = TestProgram()
        let loop = program.here
        program.load(11, 0x0900_0018)
        program.word(0x1200_0000 | 28 << 16 | 11 << 5 | 11)  // AND W11, W11, #1 << 4: the receive FIFO is empty
        program.skip(5, ifNotZero: 11)
        program.load(0, 0x0900_0000)
        program.word(0xb900_0000 | 9 << 5 | 0)  // echo
        program.word(0x1400_0004)  // B over the branch back, which is three instructions long
        program.branch(to: loop)
        program.powerOff()
        let sink = MemorySink()
        let machine = try machine(program, sink)
        #expect(machine.uart.receive([65]) == 1)
        #expect(try machine.run().end == .systemOff)
        #expect(sink.text == "A")
    }

    @Test func `A guest that leaves its memory, and one whose exceptions have no handler, die with a reason`() throws {
        var jump = TestProgram()
        jump.branch(to: 0x1000_0000)
        var undefined = TestProgram()
        undefined.word(0)
        for program in [jump, undefined] {
            guard case .guestDied(let reason) = try machine(program).run().end else {
                Issue.record("it lives")
                continue
            }
            #expect(reason.contains("pc 0x"))
            #expect(!reason.contains("\n"))
        }
    }

    @Test(arguments: [1, 4])
    func `Stopping ends a run from outside, before and while it runs`(processors: Int) throws {
        var program = TestProgram()
        program.loopForEver()
        let early = try machine(program) { $0.processors = processors }
        early.stop()
        #expect(try early.run().end == .stopped)
        let late = try machine(program) { $0.processors = processors }
        // A thread of its own: a run blocks the one that it is called on.
        let stopper = HostThread(name: "stopper") {
            usleep(20_000)
            late.stop()
        }
        #expect(try late.run().end == .stopped)
        stopper?.join()
    }
}
