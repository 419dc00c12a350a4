// swift-tools-version:6.2
import PackageDescription

/// Every module of the package is compiled with these.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .unsafeFlags(["-Xcc", "-march=x86-64-v2", "-Xcc", "-fomit-frame-pointer"]),
]
/// Modules whose correctness or speed needs the optimiser even in debug builds: tail calls between handlers.
let threaded: [SwiftSetting] =
    strict + [
        .unsafeFlags(["-O"], .when(configuration: .debug)),
        .unsafeFlags(["-enforce-exclusivity=unchecked"]),
        // Handlers that differ in a constant must not become one that takes it as an argument.
        .unsafeFlags(["-Xfrontend", "-disable-swift-specific-llvm-optzns"]),
    ]
/// Modules that must be free of unsafe code; the compiler proves it.
let safe: [SwiftSetting] = strict + [.strictMemorySafety()]

/// A program that starts in no time and needs nothing of the system around it: no dynamic linker, no libraries. It is
/// position-independent, so that the low addresses are free for the guest. `Scripts/build` leaves out the run path, which
/// such a program must not have.
/// Swift's runtime looks for its crash reporter at every start, by way of /proc/self/exe, and gives up where that does not
/// exist, as in a new root: `Sources/EmulatorUser/CrashReporter.swift` answers instead.
let staticallyLinked: [LinkerSetting] = [
    .unsafeFlags([
        "-static-executable", "-use-ld=lld", "-Xclang-linker", "-static-pie", "-Xlinker",
        "--wrap=swift_copyAuxiliaryExecutablePath",
    ])
]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "Emulator",
    products: [
        .executable(name: "emu-bench", targets: ["Bench"]),
        .executable(name: "emu-litmus", targets: ["EmulatorLitmus"]),
        .executable(name: "emu-system-aarch64", targets: ["EmulatorSystem"]),
        .executable(name: "emu-aarch64", targets: ["EmulatorUser"]),
        .executable(name: "emu-fuzz-a64", targets: ["FuzzTool"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        // C libraries of the host.
        .systemLibrary(name: "CPFM", path: "Sources/CPFM"),
        .systemLibrary(name: "CFDT", path: "Sources/CFDT"),
        .systemLibrary(name: "CGMP", path: "Sources/CGMP"),

        // The translator, from the bottom up.
        .target(name: "Support", swiftSettings: strict + [.enableExperimentalFeature("Extern")]),
        .target(name: "Ciphers", swiftSettings: safe),
        .target(name: "SoftFloat", swiftSettings: safe),
        .target(name: "IR", dependencies: ["Ciphers", "SoftFloat", "Support"], swiftSettings: safe),
        .target(name: "Optimizer", dependencies: ["IR"], swiftSettings: safe),
        .target(name: "Memory", dependencies: ["Support"], swiftSettings: threaded),
        .target(name: "Guest", dependencies: ["IR", "Support"], swiftSettings: strict),
        .target(name: "GuestA64", dependencies: ["Ciphers", "Guest", "IR", "Support"], swiftSettings: safe),
        .target(name: "Interp", dependencies: ["IR", "Memory", "SoftFloat", "Support"], swiftSettings: threaded),
        .target(name: "X64", swiftSettings: strict + [.enableExperimentalFeature("Extern")]),
        .target(
            name: "JIT", dependencies: ["IR", "Memory", "SoftFloat", "Support", "X64"],
            swiftSettings: threaded + [.enableExperimentalFeature("Extern")]),
        .target(
            name: "Engine",
            dependencies: ["Guest", "IR", "Interp", "JIT", "Memory", "Optimizer", "Support"],
            swiftSettings: threaded),

        // The machine.
        .target(name: "Bus", dependencies: ["Support"], swiftSettings: strict),
        .target(name: "Devices", dependencies: ["Bus", "Support"], swiftSettings: strict),
        .target(
            name: "Machine",
            dependencies: [
                "Bus", "CFDT", "Counters", "Devices", "Engine", "Guest", "GuestA64", "IR", "Interp", "Memory",
                "Support", "X64",
            ],
            swiftSettings: strict + [.enableExperimentalFeature("Extern")]),

        // GDB's remote protocol, for whatever has threads, registers and memory.
        .target(name: "GDBStub", swiftSettings: strict),

        // Single Linux programs.
        .target(
            name: "Linux",
            dependencies: ["Engine", "GDBStub", "Guest", "GuestA64", "IR", "Interp", "Memory", "Support"],
            swiftSettings: strict + [
                .enableExperimentalFeature("Extern"), .unsafeFlags(["-enforce-exclusivity=unchecked"]),
            ]),

        // Litmus tests of the memory model.
        .target(
            name: "Litmus", dependencies: ["Devices", "Guest", "GuestA64", "Machine", "Support"], swiftSettings: strict),

        // Measuring.
        .target(name: "Counters", dependencies: ["CPFM", "Support"], swiftSettings: strict),

        .target(name: "BenchCore", dependencies: ["CGMP", "Counters", "Support"], swiftSettings: strict),

        // Random A64 programs, here and under a peer.
        .target(name: "FuzzA64", dependencies: ["Guest", "GuestA64", "IR", "Support"], swiftSettings: strict),

        // Executables.
        .executableTarget(
            name: "EmulatorSystem",
            dependencies: ["Counters", "Devices", "Engine", "Machine", "Support", argumentParser],
            swiftSettings: strict),
        .executableTarget(
            name: "EmulatorUser", dependencies: ["Engine", "GuestA64", "Interp", "Linux"], swiftSettings: strict,
            linkerSettings: staticallyLinked),
        .executableTarget(name: "FuzzTool", dependencies: ["FuzzA64", argumentParser], swiftSettings: strict),
        .executableTarget(
            name: "EmulatorLitmus", dependencies: ["Litmus", argumentParser], swiftSettings: strict),
        .executableTarget(
            name: "Bench", dependencies: ["BenchCore", argumentParser], swiftSettings: strict),

        // Tests.
        .target(name: "TestSupport", dependencies: ["Support"], path: "Tests/Support", swiftSettings: strict),
        .testTarget(name: "CiphersTests", dependencies: ["Ciphers"], swiftSettings: strict),
        .testTarget(
            name: "IRTests",
            dependencies: ["CGMP", "IR", "Interp", "Memory", "Optimizer", "SoftFloat", "Support", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "OptimizerTests",
            dependencies: ["Guest", "GuestA64", "IR", "Optimizer", "Support", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "MemoryTests", dependencies: ["Memory", "Support"], swiftSettings: strict),
        .testTarget(
            name: "GuestA64Tests",
            dependencies: [
                "Engine", "FuzzA64", "Guest", "GuestA64", "IR", "Interp", "JIT", "Memory", "Optimizer", "SoftFloat",
                "Support", "X64",
            ],
            exclude: ["Probe", "Vectors"], swiftSettings: strict),
        .testTarget(name: "InterpTests", dependencies: ["CGMP", "IR", "Interp", "Memory"], swiftSettings: strict),
        .testTarget(
            name: "EngineTests",
            dependencies: ["Engine", "Guest", "GuestA64", "IR", "Interp", "JIT", "Memory", "SoftFloat", "Support"],
            swiftSettings: strict),
        // Models of the protocols between threads; they know nothing of the modules.
        .testTarget(name: "ProtocolTests", swiftSettings: strict),
        .testTarget(name: "DevicesTests", dependencies: ["Bus", "Devices"], swiftSettings: strict),
        .testTarget(
            name: "MachineTests",
            dependencies: ["CFDT", "Devices", "Engine", "GuestA64", "Machine", "Memory", "Support"],
            swiftSettings: strict),
        .testTarget(
            name: "BenchTests", dependencies: ["Bench", "BenchCore", "Counters", "Support"], exclude: ["Fixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "FuzzA64Tests", dependencies: ["FuzzA64", "Guest", "GuestA64", "Support"], swiftSettings: strict),
        .testTarget(
            name: "LitmusTests", dependencies: ["Guest", "GuestA64", "Litmus", "Support"], swiftSettings: strict),
        .testTarget(
            name: "JITTests",
            dependencies: [
                "GuestA64", "Guest", "Engine", "IR", "Interp", "JIT", "Machine", "Optimizer", "TestSupport", "X64",
            ],
            swiftSettings: strict),
        .testTarget(name: "X64Tests", dependencies: ["Support", "X64"], swiftSettings: strict),
        .testTarget(name: "SoftFloatTests", dependencies: ["CGMP", "SoftFloat", "Support"], swiftSettings: strict),
        .testTarget(
            name: "LinuxTests", dependencies: ["Linux"], exclude: ["layouts.c"], swiftSettings: strict),
        .testTarget(
            name: "GuestTests",
            dependencies: ["Devices", "Engine", "Guest", "GuestA64", "Interp", "Machine", "Memory", "Support"],
            swiftSettings: strict),
    ]
)
