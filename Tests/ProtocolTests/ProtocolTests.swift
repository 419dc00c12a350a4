import Testing

/// The protocols between vCPU threads, each for three threads, in every order in which they can run and their stores can
/// reach memory. For each there are ways to get it wrong, which the explorer must find: they show that the models see
/// what matters. Four of them are what the code did until its model was made: `publishesBeforeChecking`, `walksTable`,
/// `plainInvalidation` and `linksUnlooked`.
@Suite struct ProtocolTests {
    private func expectHolds(_ model: Model, _ comment: Comment) {
        guard case .fails(let reason, let path) = Explorer.explore(model) else { return }
        Issue.record("\(comment): \(reason)\n\(path.joined(separator: "\n"))")
    }

    /// The counterexample's last step but for what the flaw is about is of no interest; that there is one is.
    private func expectFails(_ model: Model, _ comment: Comment, because expected: String) {
        switch Explorer.explore(model) {
        case .holds(let states): Issue.record("\(comment): no counterexample in \(states) states")
        case .fails(let reason, let path):
            #expect(reason == expected, comment)
            #expect(!path.isEmpty)
        }
    }

    // MARK: Exclusive monitors

    private static let another = "a store-exclusive succeeded after another's write"

    @Test func `no open sequence stores after another's write, A-B-A included`() {
        for others: [ExclusiveMonitorModel.Role] in [
            [.stores([1, 0]), .stores([2])], [.stores([1, 0]), .open], [.open, .open], [.closed, .stores([1, 0])],
            [.closed, .closed], [.closed, .open], [.openAroundStore, .stores([1, 0])],
        ] {
            expectHolds(ExclusiveMonitorModel(roles: [.open] + others).model, "\(others)")
        }
        expectHolds(ExclusiveMonitorModel(roles: [.openAroundStore, .closed, .stores([1, 0])]).model, "own store")
    }

    @Test func `closed sequences lose no update`() {
        expectHolds(ExclusiveMonitorModel(roles: [.closed, .closed, .closed]).model, "three")
    }

    @Test func `what a monitor must not do`() {
        let writer: [ExclusiveMonitorModel.Role] = [.open, .stores([1, 0]), .stores([0])]
        for flaw: ExclusiveMonitorModel.Flaw in [
            .watchesWithoutStopping, .versionAfterValue, .comparesValues, .advancesBeforeWriting,
            .releasesBeforeWriting,
        ] {
            expectFails(
                ExclusiveMonitorModel(roles: writer, flaw: flaw).model, "\(flaw)", because: Self.another)
        }
    }

    // MARK: Translations

    private static let old = "old code ran after its invalidation"

    @Test func `no block is found that is older than its invalidation`() {
        expectHolds(TranslationModel().model, "translation")
    }

    @Test(arguments: [
        TranslationModel.Flaw.publishesBeforeChecking, .ignoresEpoch, .raisesEpochLate, .walksTable, .findsInvalid,
    ])
    func `what a translation must not do`(flaw: TranslationModel.Flaw) {
        expectFails(TranslationModel(flaw: flaw).model, "\(flaw)", because: Self.old)
    }

    @Test func `no jump leads to native code that is older than its invalidation`() {
        expectHolds(PromotionModel().model, "promotion")
    }

    @Test(arguments: [
        PromotionModel.Flaw.plainInvalidation, .linksUnlooked, .claimsNothing, .notesEntryLate,
    ])
    func `what a promotion must not do`(flaw: PromotionModel.Flaw) {
        expectFails(PromotionModel(flaw: flaw).model, "\(flaw)", because: Self.old)
    }

    @Test(arguments: [PromotionModel.Flaw.leavesUninstalled, .ignoresEpoch])
    func `what a promotion does beyond need`(flaw: PromotionModel.Flaw) {
        expectHolds(PromotionModel(flaw: flaw).model, "\(flaw)")
    }

    // MARK: The thread that compiles

    @Test func `the thread that compiles touches nothing that is gone, and publishes nothing old`() {
        for (isStarted, unmaps) in [(false, false), (false, true), (true, false), (true, true)] {
            expectHolds(
                BackgroundModel(isStarted: isStarted, unmaps: unmaps).model, "started \(isStarted), unmaps \(unmaps)")
        }
    }

    @Test(arguments: [
        (BackgroundModel.Flaw.comesUnannounced, BackgroundModel.freed), (.plainInside, BackgroundModel.freed),
        (.takesOutside, BackgroundModel.freed), (.keepsRing, BackgroundModel.freed),
        (.looksTooEarly, BackgroundModel.freed), (.readsPageLate, BackgroundModel.page),
    ])
    func `what a thread that compiles must not do`(flaw: BackgroundModel.Flaw, expected: String) {
        // Who starts the thread late shows the one, a thread that waits shows the others.
        let model = BackgroundModel(isStarted: flaw != .looksTooEarly, unmaps: flaw == .readsPageLate, flaw: flaw).model
        expectFails(model, "\(flaw)", because: expected)
    }

    @Test(arguments: [BackgroundModel.Flaw.startsOutside, .compilesInvalid, .notesEntryLate])
    func `what a thread that compiles does beyond need`(flaw: BackgroundModel.Flaw) {
        expectHolds(BackgroundModel(flaw: flaw).model, "\(flaw)")
    }

    // MARK: Expected returns

    @Test func `no return leads to what is gone`() {
        expectHolds(ReturnsModel().model, "returns")
    }

    @Test(arguments: [
        (ReturnsModel.Flaw.flushesUnderWaiters, ReturnsModel.memory), (.saysInsideLate, ReturnsModel.memory),
        (.takesBackEarly, ReturnsModel.memory), (.keepsReturns, ReturnsModel.mapping),
        (.hidesTop, ReturnsModel.mapping), (.drainsNothing, ReturnsModel.mapping),
        (.waitsWhileRunning, "nobody can go on"),
    ])
    func `what must not happen to expected returns`(flaw: ReturnsModel.Flaw, expected: String) {
        expectFails(ReturnsModel(flaw: flaw).model, "\(flaw)", because: expected)
    }

    // MARK: Stopping the world

    @Test func `nobody is inside a block while the world is stopped, and all go on after`() {
        for roles: [StopTheWorldModel.Role] in [
            [.stops, .runs, .runs], [.stops, .stops, .runs], [.stops, .stops, .stops],
        ] {
            expectHolds(StopTheWorldModel(roles: roles).model, "\(roles)")
        }
    }

    @Test func `a fork's child can stop its world`() {
        expectHolds(StopTheWorldModel(roles: [.forks, .runs, .stops]).model, "fork")
    }

    @Test(arguments: [
        (StopTheWorldModel.Flaw.plainRunning, "inside"), (.entersBlindly, "inside"), (.wakesTooEarly, "on"),
        (.parksLate, "on"), (.keepsVanished, "on"),
    ])
    func `what a stop must not do`(flaw: StopTheWorldModel.Flaw, expected: String) {
        let roles: [StopTheWorldModel.Role] =
            flaw == .keepsVanished ? [.forks, .runs, .runs] : [.stops, .runs, .stops]
        guard case .fails(let reason, _) = Explorer.explore(StopTheWorldModel(roles: roles, flaw: flaw).model) else {
            Issue.record("\(flaw): no counterexample")
            return
        }
        #expect(reason.contains(expected) || reason.contains("never end"))
    }

    // MARK: TLB invalidation

    @Test func `after the issuer's DSB nobody uses the page`() {
        expectHolds(InvalidationModel().model, "TLBI")
    }

    @Test(arguments: [
        (InvalidationModel.Flaw.drainsBeforeRunning, "a page was used that is another's"),
        (.waitsForNobody, "a page was used that is another's"), (.waitsWhileRunning, "nobody can go on"),
    ])
    func `what a broadcast must not do`(flaw: InvalidationModel.Flaw, expected: String) {
        expectFails(InvalidationModel(flaw: flaw).model, "\(flaw)", because: expected)
    }
}
