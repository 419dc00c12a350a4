import BenchCore
import Counters

/// A row as a run makes it.
func sampleRow(
    workload: String = "toy", variant: String = "one", tier: Tier = .interp, smp: Int, run: Int, seconds: Double
) -> Row {
    let cell = Cell(workload: workload, variant: variant, tier: tier, mmu: tier == .host ? nil : true, smp: smp)
    var row = Row(
        cell: cell, run: run, wallSeconds: seconds * 1.01, cpuSeconds: seconds * Double(smp), hostCPUs: 2,
        commit: "0123456789ab", date: "2026-11-20T21:00:00Z")
    row.userSeconds = seconds * Double(smp)
    row.systemSeconds = 0
    row.elapsedNanoseconds = UInt64(seconds * 1e9)
    row.work = 1000
    row.scale = 1000
    row.checksum = "0x1111111111111111"
    if tier.isOurs {
        row.guestInstructions = 123_456_789
        row.blocks = 4567
        row.irOperations = 900
        row.translatedInstructions = 450
        row.translatedBlocks = 60
        row.startupSeconds = 0.004
        row.counters = [.taskClock: 5_000_000, .pageFaults: 12]
    }
    return row
}

/// Three runs at 1, 2 and 4 processors on three tiers.
func scalingRows() -> [Row] {
    [1, 2, 3].flatMap { run in
        [1, 2, 4].flatMap { smp in
            [(Tier.interp, 0.8), (.qemu, 0.4), (.host, 0.1)].map { tier, seconds in
                let time = seconds / Double(min(smp, 2)) * (1 + 0.01 * Double(run))
                return sampleRow(tier: tier, smp: smp, run: run, seconds: time)
            }
        }
    }
}

func scalingCSV() -> String { CSV.text(scalingRows()) }
