// Producer and consumer: a ring with one writer and one reader between the two processors of each pair (0 and 1, 2 and
// 3, ...). A processor without a partner plays both parts in turn. The messages of the run are divided among the
// pairs.
#include "../runtime/runtime.h"
#include "../runtime/sync.h"

#define RING 256  // messages, power of two
#define BATCH 16  // messages between two publications

static const char *const variants[] = {
    "acqrel-wfe", "acqrel-yield", "acqrel-spin", "dmb-wfe", "dmb-yield", "dmb-spin", NULL};
static const enum ordering orderings[] = {ORDER_ACQREL, ORDER_DMB};
static const enum waiting waitings[] = {WAIT_WFE, WAIT_YIELD, WAIT_SPIN};

static struct ring {
    _Alignas(CACHE_LINE) volatile uint64_t written;  ///< messages ever, changed by the producer
    _Alignas(CACHE_LINE) volatile uint64_t read;     ///< messages ever, changed by the consumer
    _Alignas(CACHE_LINE) uint64_t messages[RING];
} rings[MAX_CPUS / 2 + 1];

INLINE uint64_t smaller(uint64_t a, uint64_t b) { return a < b ? a : b; }

/// What message `number` says: some work for the producer.
INLINE uint64_t compose(uint64_t number) {
    uint64_t value = number;
#pragma clang loop unroll(disable)
    for (unsigned step = 0; step < 4; step++)
        value = mix(value + step);
    return value;
}

/// What the consumer makes of it.
INLINE uint64_t digest(uint64_t message, uint64_t number) {
    uint64_t value = message ^ number;
#pragma clang loop unroll(disable)
    for (unsigned step = 0; step < 4; step++)
        value = mix(value ^ step);
    return value;
}

/// Writes messages [number, end) of those that begin with `first`.
INLINE void fill(struct ring *ring, uint64_t first, uint64_t number, uint64_t end) {
    for (; number < end; number++)
        ring->messages[(number - first) % RING] = compose(number);
}

INLINE uint64_t drain(struct ring *ring, uint64_t first, uint64_t number, uint64_t end) {
    uint64_t sum = 0;
    for (; number < end; number++)
        sum += digest(ring->messages[(number - first) % RING], number);
    return sum;
}

INLINE void produce(struct ring *ring, struct range mine, enum ordering ordering, enum waiting waiting) {
    uint64_t number = mine.first;
    while (number < mine.end) {
        const uint64_t end = smaller(number + BATCH, mine.end);
        // Room for the whole batch: what was written minus what was read is at most RING.
        while (end - mine.first - load_waiting(&ring->read, ordering, waiting) > RING)
            relax(waiting);
        waited(ordering);
        fill(ring, mine.first, number, end);
        publish(&ring->written, end - mine.first, ordering);
        wake(waiting);
        number = end;
    }
}

INLINE uint64_t consume(struct ring *ring, struct range mine, enum ordering ordering, enum waiting waiting) {
    uint64_t number = mine.first, sum = 0;
    while (number < mine.end) {
        uint64_t written;
        while ((written = load_waiting(&ring->written, ordering, waiting)) == number - mine.first)
            relax(waiting);
        waited(ordering);
        sum += drain(ring, mine.first, number, mine.first + written);
        number = mine.first + written;
        publish(&ring->read, written, ordering);
        wake(waiting);
    }
    return sum;
}

/// Both parts by one processor, a ring full at a time.
INLINE uint64_t alternate(struct ring *ring, struct range mine, enum ordering ordering, enum waiting waiting) {
    uint64_t sum = 0;
    for (uint64_t number = mine.first; number < mine.end;) {
        const uint64_t end = smaller(number + BATCH, mine.end);
        fill(ring, mine.first, number, end);
        publish(&ring->written, end - mine.first, ordering);
        wake(waiting);
        sum += drain(ring, mine.first, number, end);
        publish(&ring->read, end - mine.first, ordering);
        wake(waiting);
        number = end;
    }
    return sum;
}

INLINE uint64_t share_with(unsigned cpu, enum ordering ordering, enum waiting waiting) {
    struct ring *const ring = &rings[cpu / 2];
    const unsigned first = cpu & ~1u;
    if (first + 1 == run.smp)
        return alternate(ring, share_of(run.units, first, 1), ordering, waiting);
    const struct range mine = share_of(run.units, first, 2);
    if (cpu != first)
        return consume(ring, mine, ordering, waiting);
    produce(ring, mine, ordering, waiting);
    return 0;
}

#define EACH_COMBINATION(apply)                                                                  \
    apply(ORDER_ACQREL, WAIT_WFE) apply(ORDER_ACQREL, WAIT_YIELD) apply(ORDER_ACQREL, WAIT_SPIN) \
    apply(ORDER_DMB, WAIT_WFE) apply(ORDER_DMB, WAIT_YIELD) apply(ORDER_DMB, WAIT_SPIN)

#define DEFINE(ordering, waiting) \
    NOINLINE static uint64_t share_##ordering##_##waiting(unsigned cpu) { return share_with(cpu, ordering, waiting); }
EACH_COMBINATION(DEFINE)

#define ENTRY(ordering, waiting) [ordering][waiting] = share_##ordering##_##waiting,
static uint64_t (*const combinations[2][3])(unsigned cpu) = {EACH_COMBINATION(ENTRY)};

static uint64_t share(unsigned cpu) {
    return combinations[orderings[run.variant / 3]][waitings[run.variant % 3]](cpu);
}

static uint64_t finish(uint64_t sum) {
    report("ns_per_message", run.elapsed / run.units, 10);
    return sum;
}

const struct workload workload = {
    .name = "message", .variants = variants, .units = 2000000, .share = share, .finish = finish};
