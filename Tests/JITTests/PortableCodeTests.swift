import JIT
import Testing

/// Native code that was written down and made again elsewhere is what would have been compiled there: nothing that depends
/// on its place has been missed.
@Suite struct PortableCodeTests {
    @Test("Every example's code can be moved", arguments: HostCodeFile.all)
    func moves(file: HostCodeFile) throws {
        let (here, there) = (try HostCodeCompiler(), try HostCodeCompiler())
        for example in file.examples {
            let words = try here.portable([example.word])
            let moved = try there.move(words)
            #expect(moved == (try there.whole([example.word])), "\(example.text)")
        }
    }

    @Test("A region with jumps through registers inside can be moved", arguments: [1, 5, 12])
    func landings(targets: Int) throws {
        // br x1; cbz x0, back to it, as often as wanted
        let guest = [0xd61f_0020] + (1...targets).map { 0xb400_0000 | UInt32(0x8_0000 - $0) << 5 }
        let (here, there) = (try HostCodeCompiler(), try HostCodeCompiler())
        let moved = try there.move(try here.portable(guest))
        #expect(moved == (try there.whole(guest)))
        #expect(moved.count > (try there.whole([guest[0]])).count)
    }

    @Test("Words that are not what was written are refused")
    func refused() throws {
        let compiler = try HostCodeCompiler()
        let words = try compiler.portable([0x8b02_0020])
        // Words 2 and 3 are figures, which a record's hash guards.
        for place in [0, 1, 4] {
            var bad = words
            bad[place] ^= 1 << 40 | 1 << 20
            #expect((try? compiler.move(bad)) == nil, "word \(place)")
        }
        #expect((try? compiler.move(Array(words.dropLast()))) == nil)
        #expect((try? compiler.move([])) == nil)
    }
}
