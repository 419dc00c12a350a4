// Data structures and locks whose correctness hangs on the memory model: each breaks if a store-exclusive succeeds that
// must fail, or if an order that the architecture promises is not kept. All check themselves exactly.
//
// Arguments: waiting=yield|wfe|spin (default yield) for those that wait.
#include "../runtime/runtime.h"
#include "../runtime/sync.h"

enum variant { STACK, QUEUE, CLH, SEQLOCK, RCU, DEKKER, PETERSON, HAZARD };
static const char *const variants[] = {"stack", "queue", "clh", "seqlock", "rcu", "dekker", "peterson", "hazard", NULL};
static const char *const waitings[] = {"yield", "wfe", "spin", NULL};
static const enum waiting waiting_values[] = {WAIT_YIELD, WAIT_WFE, WAIT_SPIN};
static enum waiting waiting;

INLINE void pause_here(void) {
    switch (waiting) {
    // Nothing that these loops wait for is monitored.
    case WAIT_WFE:
    case WAIT_YIELD: relax(WAIT_YIELD); break;
    case WAIT_SPIN: relax(WAIT_SPIN); break;
    }
}

// Nodes.

#define NODES_EACH 4

static struct node {
    _Alignas(CACHE_LINE) volatile uint64_t next;  ///< address of the node below or behind, 0 = none
    volatile uint64_t value;
    volatile uint64_t owner;  ///< the processor that holds it plus 1; 0 = it is in the structure
} nodes[MAX_CPUS * NODES_EACH + 1];

static struct {
    _Alignas(CACHE_LINE) volatile uint64_t word;
} top, head, tail;

/// What each processor put in and took out; the sums must agree.
static struct {
    _Alignas(CACHE_LINE) uint64_t put, taken, count;
} books[MAX_CPUS];

/// Marks a node as the processor's own. Two owners at once are what a broken structure leads to.
INLINE void take(struct node *node, unsigned cpu) {
    const uint64_t before = exchange(&node->owner, cpu + 1, ORDER_ACQREL);
    if (before != 0)
        fail("node-taken-twice variant=%s smp=%u by=%u and=%lu", run.name, run.smp, cpu, before - 1);
}

INLINE void give(struct node *node, unsigned cpu) {
    const uint64_t before = exchange(&node->owner, 0, ORDER_ACQREL);
    if (before != cpu + 1)
        fail("node-not-owned variant=%s smp=%u by=%u owner=%lu", run.name, run.smp, cpu, before);
}

// A stack of Treiber's with exclusives: the next node is read between load and store, and nodes are used again at once.
// With a compare-and-swap in place of the exclusives it breaks within a second.

INLINE void push(struct node *node) {
    for (;;) {
        const uint64_t above = load_linked(&top.word);
        node->next = above;
        if (store_conditional(&top.word, (uint64_t)node))
            return;
    }
}

INLINE struct node *pop(void) {
    for (;;) {
        struct node *const node = (struct node *)load_linked(&top.word);
        if (node == NULL) {
            clear_exclusive();
            return NULL;
        }
        const uint64_t below = node->next;
        if (store_conditional(&top.word, below))
            return node;
    }
}

static uint64_t stack_share(unsigned cpu) {
    const struct range mine = share_of(run.units, cpu, 1);
    uint64_t sum = 0;
    for (uint64_t i = mine.first; i < mine.end; i++) {
        struct node *node;
        while ((node = pop()) == NULL)
            pause_here();
        take(node, cpu);
        books[cpu].taken += node->value;
        node->value = mix(i);
        books[cpu].put += node->value;
        give(node, cpu);
        push(node);
        sum += mix(i);
    }
    return sum;
}

// A queue of Michael's and Scott's with exclusives. The node at `head` is the one taken last.

/// Moves `tail` on from `last`, if it is there and something is behind it. With a compare-and-swap to a node that was
/// behind it once, `tail` could come to stand on one that has left: `last` may have gone round meanwhile.
INLINE void advance_tail(const struct node *last) {
    const uint64_t is_tail = load_linked(&tail.word) == (uint64_t)last;
    const uint64_t next = load_acquire(&last->next);
    if (!is_tail || next == 0)
        clear_exclusive();
    else
        (void)store_conditional(&tail.word, next);
}

INLINE void enqueue(struct node *node) {
    node->next = 0;
    for (;;) {
        struct node *const last = (struct node *)load_acquire(&tail.word);
        const uint64_t next = load_linked(&last->next);
        if ((struct node *)load_acquire(&tail.word) != last) {
            clear_exclusive();
            continue;
        }
        if (next != 0) {
            clear_exclusive();
            advance_tail(last);
            continue;
        }
        if (store_conditional(&last->next, (uint64_t)node)) {
            advance_tail(last);
            return;
        }
    }
}

/// The node that was at the head, with the value of the one that is there now; NULL when there is none.
INLINE struct node *dequeue(uint64_t *value) {
    for (;;) {
        struct node *const first = (struct node *)load_linked(&head.word);
        struct node *const last = (struct node *)load_acquire(&tail.word);
        struct node *const next = (struct node *)load_acquire(&first->next);
        if (first == last) {
            clear_exclusive();
            // `tail` may only be late; a node that was taken and used again since is none of ours.
            if (next == NULL)
                return NULL;
            advance_tail(last);
            continue;
        }
        if (next == NULL) {
            clear_exclusive();
            continue;
        }
        *value = next->value;
        if (store_conditional(&head.word, (uint64_t)next))
            return first;
    }
}

static uint64_t queue_share(unsigned cpu) {
    const struct range mine = share_of(run.units, cpu, 1);
    uint64_t sum = 0;
    for (uint64_t i = mine.first; i < mine.end; i++) {
        uint64_t value;
        struct node *node;
        while ((node = dequeue(&value)) == NULL)
            pause_here();
        take(node, cpu);
        books[cpu].taken += value;
        node->value = mix(i);
        books[cpu].put += node->value;
        give(node, cpu);
        enqueue(node);
        sum += mix(i);
    }
    return sum;
}

// Craig's, Landin's and Hagersten's lock: each waits on the word of the one before it, and leaves with that word.

static struct {
    _Alignas(CACHE_LINE) volatile uint64_t waiting;
} places[MAX_CPUS + 1];

/// What a lock or a pair of processors protects.
static struct {
    _Alignas(CACHE_LINE) volatile uint64_t count;
    volatile uint64_t sum;
} protected[MAX_CPUS];

INLINE void inside(unsigned number) {
    const uint64_t count = protected[number].count;
    protected[number].sum += mix(count);
    protected[number].count = count + 1;
}

static uint64_t clh_share(unsigned cpu) {
    const struct range mine = share_of(run.units, cpu, 1);
    uint64_t own = (uint64_t)&places[cpu].waiting, sum = 0;
    for (uint64_t i = mine.first; i < mine.end; i++) {
        store_relaxed((volatile uint64_t *)own, 1);
        const uint64_t before = exchange(&tail.word, own, ORDER_ACQREL);
        while (load_waiting((volatile uint64_t *)before, ORDER_ACQREL, waiting) != 0)
            relax(waiting);
        inside(0);
        store_release((volatile uint64_t *)own, 0);
        own = before;
        sum += mix(i);
    }
    return sum;
}

// A sequence lock: processor 0 writes, the others read what belongs together.

#define FIELDS 6

static struct {
    _Alignas(CACHE_LINE) volatile uint64_t sequence;
    volatile uint64_t fields[FIELDS];
} record;

INLINE void check_fields(const volatile uint64_t *fields, uint64_t *last) {
    const uint64_t value = load_relaxed(&fields[0]);
    if (value < *last)
        fail("older-than-before variant=%s smp=%u value=%lu last=%lu", run.name, run.smp, value, *last);
    *last = value;
}

static void seqlock_write(uint64_t value) {
    store_relaxed(&record.sequence, load_relaxed(&record.sequence) + 1);
    fence_stores();
    for (unsigned i = 0; i < FIELDS; i++)
        store_relaxed(&record.fields[i], value + i);
    store_release(&record.sequence, load_relaxed(&record.sequence) + 1);
}

static void seqlock_read(uint64_t *last) {
    uint64_t copy[FIELDS], sequence;
    for (;;) {
        sequence = load_acquire(&record.sequence);
        for (unsigned i = 0; i < FIELDS; i++)
            copy[i] = load_relaxed(&record.fields[i]);
        fence_loads();
        if ((sequence & 1) == 0 && load_relaxed(&record.sequence) == sequence)
            break;
        pause_here();
    }
    for (unsigned i = 1; i < FIELDS; i++)
        if (sequence != 0 && copy[i] != copy[0] + i)
            fail("torn variant=%s smp=%u field=%u value=%lu first=%lu", run.name, run.smp, i, copy[i], copy[0]);
    check_fields(copy, last);
}

static uint64_t seqlock_share(unsigned cpu) {
    const struct range mine = share_of(run.units, cpu, 1);
    uint64_t sum = 0, last = 0;
    for (uint64_t i = mine.first; i < mine.end; i++) {
        if (cpu == 0)
            seqlock_write(i + 1);
        else
            seqlock_read(&last);
        sum += mix(i);
    }
    return sum;
}

// Read, copy, update: processor 0 publishes objects by a releasing store; the others read them with no order but that of
// an address that depends on a load. An object is used again when every reader has passed a quiescent place.

#define OBJECTS 3

static struct object {
    _Alignas(CACHE_LINE) volatile uint64_t fields[FIELDS];
} objects[OBJECTS];

static struct {
    _Alignas(CACHE_LINE) volatile uint64_t passed;  ///< grows with each quiescent place; odd: does not read any more
} readers[MAX_CPUS];

static void wait_for_readers(void) {
    uint64_t seen[MAX_CPUS];
    fence();
    for (unsigned cpu = 1; cpu < run.smp; cpu++)
        seen[cpu] = load_acquire(&readers[cpu].passed);
    for (unsigned cpu = 1; cpu < run.smp; cpu++)
        while ((seen[cpu] & 1) == 0 && load_acquire(&readers[cpu].passed) == seen[cpu])
            pause_here();
}

static void rcu_write(uint64_t value) {
    struct object *const object = &objects[value % OBJECTS];
    for (unsigned i = 0; i < FIELDS; i++)
        store_relaxed(&object->fields[i], value + i);
    store_release(&head.word, (uint64_t)object);
    // The object published before the last one may be read still: nobody may once all have passed.
    wait_for_readers();
    struct object *const old = &objects[(value + 1) % OBJECTS];
    for (unsigned i = 0; i < FIELDS; i++)
        store_relaxed(&old->fields[i], 0);
}

static void rcu_read(unsigned cpu, uint64_t *last) {
    const struct object *const object = (const struct object *)load_relaxed(&head.word);
    if (object != NULL) {
        const uint64_t first = load_relaxed(&object->fields[0]);
        for (unsigned i = 1; i < FIELDS; i++) {
            const uint64_t value = load_relaxed(&object->fields[i]);
            if (first == 0 || value != first + i)
                fail("unpublished variant=%s smp=%u field=%u value=%lu first=%lu", run.name, run.smp, i, value, first);
        }
        check_fields(object->fields, last);
    }
    store_release(&readers[cpu].passed, load_relaxed(&readers[cpu].passed) + 2);
}

static uint64_t rcu_share(unsigned cpu) {
    const struct range mine = share_of(run.units, cpu, 1);
    uint64_t sum = 0, last = 0;
    for (uint64_t i = mine.first; i < mine.end; i++) {
        // A grace period takes long; readers read often.
        if (cpu != 0)
            rcu_read(cpu, &last);
        else if (i % 16 == 0)
            rcu_write(i + OBJECTS);
        sum += mix(i);
    }
    if (cpu != 0)
        store_release(&readers[cpu].passed, load_relaxed(&readers[cpu].passed) | 1);
    return sum;
}

// Mutual exclusion of two by loads and stores alone, sequentially consistent as compilers do it for AArch64: STLR and
// LDAR. Processors 2n and 2n + 1 are a pair.

static struct {
    _Alignas(CACHE_LINE) volatile uint64_t wants[2];
    _Alignas(CACHE_LINE) volatile uint64_t turn;
} pairs[MAX_CPUS / 2];

static void dekker_enter(unsigned pair, unsigned me) {
    volatile uint64_t *const wants = pairs[pair].wants;
    store_release(&wants[me], 1);
    while (load_acquire(&wants[1 - me]) != 0) {
        if (load_acquire(&pairs[pair].turn) == me)
            pause_here();
        else {
            store_release(&wants[me], 0);
            while (load_acquire(&pairs[pair].turn) != me)
                pause_here();
            store_release(&wants[me], 1);
        }
    }
}

static void dekker_leave(unsigned pair, unsigned me) {
    store_release(&pairs[pair].turn, 1 - me);
    store_release(&pairs[pair].wants[me], 0);
}

static void peterson_enter(unsigned pair, unsigned me) {
    store_release(&pairs[pair].wants[me], 1);
    store_release(&pairs[pair].turn, 1 - me);
    while (load_acquire(&pairs[pair].wants[1 - me]) != 0 && load_acquire(&pairs[pair].turn) != me)
        pause_here();
}

static uint64_t pair_share(unsigned cpu) {
    const struct range mine = share_of(run.units, cpu, 1);
    const unsigned pair = cpu / 2, me = cpu % 2;
    uint64_t sum = 0;
    for (uint64_t i = mine.first; i < mine.end; i++) {
        if (run.variant == DEKKER) {
            dekker_enter(pair, me);
            inside(pair);
            dekker_leave(pair, me);
        } else {
            peterson_enter(pair, me);
            inside(pair);
            store_release(&pairs[pair].wants[me], 0);
        }
        sum += mix(i);
    }
    return sum;
}

// A stack with compare-and-swap and hazard pointers: a node in a hazard pointer is not used again.

static struct {
    _Alignas(CACHE_LINE) volatile uint64_t pointer;
} hazards[MAX_CPUS];

static struct node *hazard_pop(unsigned cpu) {
    for (;;) {
        const uint64_t node = load_acquire(&top.word);
        if (node == 0) {
            store_release(&hazards[cpu].pointer, 0);
            return NULL;
        }
        store_release(&hazards[cpu].pointer, node);
        // Kept behind the store: STLR, LDAR.
        if (load_acquire(&top.word) != node)
            continue;
        const uint64_t below = ((struct node *)node)->next;
        if (compare_exchange(&top.word, node, below, ORDER_ACQREL) == node) {
            store_release(&hazards[cpu].pointer, 0);
            return (struct node *)node;
        }
    }
}

static void hazard_push(struct node *node) {
    // Whoever still reads its `next` has it as a hazard.
    for (unsigned cpu = 0; cpu < run.smp; cpu++)
        while (load_acquire(&hazards[cpu].pointer) == (uint64_t)node)
            pause_here();
    for (;;) {
        const uint64_t above = load_acquire(&top.word);
        node->next = above;
        if (compare_exchange(&top.word, above, (uint64_t)node, ORDER_ACQREL) == above)
            return;
    }
}

static uint64_t hazard_share(unsigned cpu) {
    const struct range mine = share_of(run.units, cpu, 1);
    uint64_t sum = 0;
    for (uint64_t i = mine.first; i < mine.end; i++) {
        struct node *node;
        while ((node = hazard_pop(cpu)) == NULL)
            pause_here();
        take(node, cpu);
        books[cpu].taken += node->value;
        node->value = mix(i);
        books[cpu].put += node->value;
        give(node, cpu);
        hazard_push(node);
        sum += mix(i);
    }
    store_release(&hazards[cpu].pointer, 0);
    return sum;
}

// The run.

static uint64_t (*const shares[])(unsigned cpu) = {
    [STACK] = stack_share, [QUEUE] = queue_share, [CLH] = clh_share,     [SEQLOCK] = seqlock_share,
    [RCU] = rcu_share,     [DEKKER] = pair_share, [PETERSON] = pair_share, [HAZARD] = hazard_share,
};

static unsigned initial_nodes(void) { return run.smp * 2; }

static void prepare(void) {
    waiting = waiting_values[argument_choice("waiting", waitings)];
    switch (run.variant) {
    case STACK:
    case HAZARD:
        for (unsigned i = 0; i < initial_nodes(); i++) {
            nodes[i].next = top.word;
            top.word = (uint64_t)&nodes[i];
        }
        break;
    case QUEUE:
        head.word = tail.word = (uint64_t)&nodes[0];
        for (unsigned i = 1; i <= initial_nodes(); i++) {
            nodes[i - 1].next = (uint64_t)&nodes[i];
            tail.word = (uint64_t)&nodes[i];
        }
        break;
    case CLH: tail.word = (uint64_t)&places[MAX_CPUS].waiting; break;
    default: break;
    }
}

static uint64_t share(unsigned cpu) { return shares[run.variant](cpu); }

/// Every node is in the structure once, and the values that went in are those that came out or are there.
static void check_nodes(void) {
    uint64_t put = 0, out = 0;
    unsigned count = 0;
    for (unsigned cpu = 0; cpu < run.smp; cpu++) {
        put += books[cpu].put;
        out += books[cpu].taken;
    }
    const struct node *node = (const struct node *)(run.variant == QUEUE ? head.word : top.word);
    if (run.variant == QUEUE)
        node = (const struct node *)node->next;
    for (; node != NULL && count <= MAX_CPUS * NODES_EACH; node = (const struct node *)node->next) {
        out += node->value;
        count++;
    }
    if (count != initial_nodes())
        fail("nodes-not-exact variant=%s smp=%u counted=%u expected=%u", run.name, run.smp, count, initial_nodes());
    if (put != out)
        fail("values-not-exact variant=%s smp=%u in=%lu out=%lu", run.name, run.smp, put, out);
}

static void check_protected(unsigned number, uint64_t expected) {
    uint64_t sum = 0;
    for (uint64_t count = 0; count < expected; count++)
        sum += mix(count);
    if (protected[number].count != expected || protected[number].sum != sum)
        fail("count-not-exact variant=%s smp=%u number=%u counted=%lu expected=%lu", run.name, run.smp, number,
             protected[number].count, expected);
}

static uint64_t finish(uint64_t sum) {
    switch (run.variant) {
    case STACK:
    case QUEUE:
    case HAZARD: check_nodes(); break;
    case CLH: check_protected(0, run.units); break;
    case DEKKER:
    case PETERSON:
        for (unsigned pair = 0; pair * 2 < run.smp; pair++) {
            const unsigned cpus = pair * 2 + 1 < run.smp ? 2 : 1;
            const struct range both = share_of(run.units, pair * 2, cpus);
            check_protected(pair, both.end - both.first);
        }
        break;
    default: break;
    }
    return sum;
}

const struct workload workload = {
    .name = "lockfree", .variants = variants, .units = 1000000, .prepare = prepare, .share = share, .finish = finish};
