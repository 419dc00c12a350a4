// Phases of work divided among the processors, each phase ended by a barrier. A phase reads what the phase before it
// has written, across the borders of the shares, so a barrier that lets anybody through too early gives a wrong
// checksum.
//
// Arguments: algorithm= ordering= waiting= phase=, or all four as variant=sense-acqrel-wfe-100k; crossings=N instead
// of the default number; sev=off leaves waking from WFE to the exclusive monitor alone.
#include "../runtime/runtime.h"
#include "../runtime/sync.h"

enum algorithm { SENSE, CENTRAL, DISSEMINATION };

static const char *const algorithms[] = {"sense", "central", "dissemination", NULL};
static const char *const orderings[] = {"dmb", "acqrel", "lse", NULL};
static const char *const waitings[] = {"wfe", "yield", "spin", NULL};
static const char *const phases[] = {"1k", "10k", "100k", NULL};

// The work: one unit is 10 AArch64 instructions (the loop in `compute`), so 1k, 10k and 100k instructions per phase.

static const unsigned phase_units[] = {100, 1000, 10000};
static const unsigned phase_crossings[] = {10000, 5000, 1500};

/// Spinning processors that outnumber the cores may need a scheduler's time slice for every crossing, so with WAIT_SPIN
/// there are fewer crossings by this factor.
#define SPIN_REDUCTION 5

/// Both buffers have one element more than there are units: a copy of element 0, so that every element has a
/// successor.
static _Alignas(CACHE_LINE) uint64_t cells[2][10001];

NOINLINE static void compute(const uint64_t *from, uint64_t *to, const uint64_t *end) {
    uint64_t left = *from++;
#pragma clang loop unroll(disable)
    do {
        const uint64_t right = *from++;
        uint64_t value = (left ^ (right >> 17)) * UINT64_C(0x9e3779b97f4a7c15);
        value = (value ^ (value >> 29)) + right;
        *to++ = value ^ (left << 7);
        left = right;
    } while (from != end);
}

static void phase_work(unsigned cpu, uint64_t phase, struct range mine, uint64_t units) {
    const uint64_t *const from = cells[phase & 1];
    uint64_t *const to = cells[~phase & 1];
    if (mine.first != mine.end)
        compute(from + mine.first, to + mine.first, from + mine.end + 1);
    if (cpu == 0)
        to[units] = to[0];
}

// The barriers. `turn` counts crossings from 1.

static struct {
    _Alignas(CACHE_LINE) volatile uint64_t count;  ///< sense: processors still to come; central: arrivals ever
    _Alignas(CACHE_LINE) volatile uint64_t sense;  ///< the turn that has been completed, modulo 2
} central;

/// flags[cpu][round]: the last turn in which the round's partner has told this processor that it arrived.
static struct {
    _Alignas(CACHE_LINE) volatile uint64_t round[8];
} flags[MAX_CPUS];

static bool send_events;

INLINE void notify(enum waiting waiting) {
    if (waiting == WAIT_WFE && send_events)
        wake(WAIT_WFE);
}

/// Sense reversing: the last to arrive refills the count and flips the word that all others watch.
INLINE void cross_sense(uint64_t turn, enum ordering ordering, enum waiting waiting) {
    const uint64_t sense = turn & 1;
    if (fetch_add(&central.count, UINT64_MAX, ordering) == 1) {
        store_relaxed(&central.count, run.smp);
        publish(&central.sense, sense, ordering);
        notify(waiting);
        return;
    }
    while (load_waiting(&central.sense, ordering, waiting) != sense)
        relax(waiting);
    waited(ordering);
}

/// Central counter: it only grows, and everybody watches the word that everybody adds to.
INLINE void cross_central(uint64_t turn, enum ordering ordering, enum waiting waiting) {
    const uint64_t target = turn * run.smp;
    if (fetch_add(&central.count, 1, ordering) + 1 == target) {
        notify(waiting);
        return;
    }
    while (load_waiting(&central.count, ordering, waiting) < target)
        relax(waiting);
    waited(ordering);
}

/// Dissemination: in round r a processor tells the one 2^r further on and waits for the one 2^r before it. No word has
/// more than one writer; after log2(smp) rounds everybody has heard of everybody.
INLINE void cross_dissemination(unsigned cpu, uint64_t turn, enum ordering ordering, enum waiting waiting) {
    unsigned round = 0;
    for (unsigned distance = 1; distance < run.smp; distance <<= 1, round++) {
        const unsigned sum = cpu + distance;
        volatile uint64_t *const theirs = &flags[sum < run.smp ? sum : sum - run.smp].round[round];
        if (ordering == ORDER_LSE)
            fetch_add(theirs, 1, ORDER_LSE);
        else
            publish(theirs, turn, ordering);
        notify(waiting);
        while (load_waiting(&flags[cpu].round[round], ordering, waiting) < turn)
            relax(waiting);
        waited(ordering);
    }
}

INLINE uint64_t phases_with(unsigned cpu, enum algorithm algorithm, enum ordering ordering, enum waiting waiting) {
    const uint64_t units = run.units / run.crossings;
    const struct range mine = share_of(units, cpu, 1);
    for (uint64_t turn = 1; turn <= run.crossings; turn++) {
        phase_work(cpu, turn - 1, mine, units);
        switch (algorithm) {
        case SENSE: cross_sense(turn, ordering, waiting); break;
        case CENTRAL: cross_central(turn, ordering, waiting); break;
        case DISSEMINATION: cross_dissemination(cpu, turn, ordering, waiting); break;
        }
    }
    return 0;
}

// One function for each combination, so that choosing costs nothing at a crossing.

#define EACH_WAITING(apply, algorithm, ordering) \
    apply(algorithm, ordering, WAIT_WFE) apply(algorithm, ordering, WAIT_YIELD) apply(algorithm, ordering, WAIT_SPIN)
#define EACH_ORDERING(apply, algorithm)           \
    EACH_WAITING(apply, algorithm, ORDER_DMB)     \
    EACH_WAITING(apply, algorithm, ORDER_ACQREL)  \
    EACH_WAITING(apply, algorithm, ORDER_LSE)
#define EACH_COMBINATION(apply) \
    EACH_ORDERING(apply, SENSE) EACH_ORDERING(apply, CENTRAL) EACH_ORDERING(apply, DISSEMINATION)

#define DEFINE(algorithm, ordering, waiting)                                                  \
    NOINLINE static uint64_t phases_##algorithm##_##ordering##_##waiting(unsigned cpu) {      \
        return phases_with(cpu, algorithm, ordering, waiting);                                \
    }
EACH_COMBINATION(DEFINE)

#define ENTRY(algorithm, ordering, waiting) \
    [algorithm][ordering][waiting] = phases_##algorithm##_##ordering##_##waiting,
static uint64_t (*const combinations[3][3][3])(unsigned cpu) = {EACH_COMBINATION(ENTRY)};

static uint64_t (*chosen)(unsigned cpu);
static char name[48];

/// The place of the word at `*text` (up to '-' or the end) in `choices`; moves `*text` behind it.
static unsigned choice_in(const char **text, const char *const *choices) {
    for (unsigned i = 0; choices[i]; i++) {
        const char *a = *text, *b = choices[i];
        while (*b && *a == *b)
            a++, b++;
        if (*b == 0 && (*a == '-' || *a == 0)) {
            *text = *a ? a + 1 : a;
            return i;
        }
    }
    fail("argument-unknown variant=%s", argument("variant", ""));
}

static char *append(char *to, const char *text) {
    while (*text)
        *to++ = *text++;
    *to = 0;
    return to;
}

static void prepare(void) {
    const char *variant = argument("variant", "sense-acqrel-wfe-100k");
    unsigned algorithm = choice_in(&variant, algorithms);
    unsigned ordering = choice_in(&variant, orderings);
    unsigned waiting = choice_in(&variant, waitings);
    unsigned phase = choice_in(&variant, phases);
    if (argument("algorithm", NULL))
        algorithm = argument_choice("algorithm", algorithms);
    if (argument("ordering", NULL))
        ordering = argument_choice("ordering", orderings);
    if (argument("waiting", NULL))
        waiting = argument_choice("waiting", waitings);
    if (argument("phase", NULL))
        phase = argument_choice("phase", phases);
    static const char *const on_off[] = {"on", "off", NULL};
    send_events = argument_choice("sev", on_off) == 0;

    const char *const parts[] = {algorithms[algorithm], orderings[ordering], waitings[waiting], phases[phase]};
    char *end = name;
    for (unsigned i = 0; i < 4; i++)
        end = append(append(end, i ? "-" : ""), parts[i]);
    run.name = name;
    const unsigned crossings = phase_crossings[phase] / (waiting == WAIT_SPIN ? SPIN_REDUCTION : 1);
    run.crossings = argument_number("crossings", scaled(crossings));
    if (run.crossings == 0)
        fail("argument-zero crossings=0");
    run.units = run.crossings * phase_units[phase];
    chosen = combinations[algorithm][ordering][waiting];
    central.count = algorithm == SENSE ? run.smp : 0;

    uint64_t state = 1;
    for (unsigned i = 0; i < phase_units[phase]; i++)
        cells[0][i] = next_random(&state);
    cells[0][phase_units[phase]] = cells[0][0];
}

static uint64_t share(unsigned cpu) { return chosen(cpu); }

static uint64_t finish(uint64_t sum) {
    const uint64_t units = run.units / run.crossings;
    const uint64_t *const last = cells[run.crossings & 1];
    for (uint64_t i = 0; i < units; i++)
        sum = mix(sum + last[i]);
    report("ns_per_crossing", run.elapsed / run.crossings, 10);
    return sum;
}

const struct workload workload = {.name = "barrier", .prepare = prepare, .share = share, .finish = finish};
