import ArgumentParser
import FuzzA64

extension FuzzTool {
    /// Compares which words are undefined, and prints where the two disagree, by encoding space.
    func survey(_ ours: Emulation, _ peer: Emulation?, words: Int) throws {
        guard let peer else { throw ValidationError("--undefined needs a peer") }
        var survey = UndefinedSurvey(ours: ours, peer: peer, seed: seed)
        while survey.words < words { try survey.runBatch(min(20_000, words - survey.words)) }
        let unexplained = survey.disagreements.filter { $0.space == nil }
        for (name, cases) in Dictionary(grouping: survey.disagreements, by: { $0.space?.name ?? "" }).sorted(by: <)
        where !name.isEmpty {
            let reason = cases[0].space?.reason.rawValue ?? ""
            print("\(cases.count) \(name): \(reason); \(cases.prefix(2).map(Self.text).joined(separator: ", "))")
        }
        for case let word in unexplained.prefix(3000) { print("unexplained: \(Self.text(word))") }
        print(
            """
            seed \(seed), \(survey.words) words, \(survey.defined) defined here, \
            \(survey.disagreements.count) disagreements, \(unexplained.count) unexplained
            """)
        if !unexplained.isEmpty { throw ExitCode.failure }
    }

    private static func text(_ found: UndefinedSurvey.Disagreement) -> String {
        let word = String(found.word, radix: 16)
        let digits = String(repeating: "0", count: 8 - word.count) + word
        return "\(digits) \(found.isOursDefined ? "defined" : "undefined") here"
    }
}

private func < (
    a: (key: String, value: [UndefinedSurvey.Disagreement]), b: (key: String, value: [UndefinedSurvey.Disagreement])
) -> Bool { a.key < b.key }
