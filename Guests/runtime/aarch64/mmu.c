// Translation tables: the identity map, stage 1 at EL1, 4 KiB granule. Arm ARM D8.3 (descriptors).
//
//   0x00000000  1 GiB  table of 2 MiB blocks: GIC and UART as device memory, the rest unmapped
//   0x40000000  1 GiB  table of 2 MiB blocks over the RAM that exists; code read-only and executable, the first block
//                      (device tree) and all data never executable; the block of the first stack is split into 4 KiB
//                      pages with a hole below that stack
//   0x80000000  1 GiB blocks as far as there is RAM
#include "machine.h"

#define ENTRIES 512
#define BLOCK_2M (UINT64_C(1) << 21)
#define BLOCK_1G (UINT64_C(1) << 30)

#define TYPE_BLOCK UINT64_C(1)
#define TYPE_TABLE UINT64_C(3)
#define TYPE_PAGE UINT64_C(3)
#define ATTRIBUTE_DEVICE (UINT64_C(0) << 2)
#define ATTRIBUTE_NORMAL (UINT64_C(1) << 2)
#define READ_ONLY (UINT64_C(2) << 6)
#define INNER_SHAREABLE (UINT64_C(3) << 8)
#define ACCESSED (UINT64_C(1) << 10)
#define NEVER_PRIVILEGED (UINT64_C(1) << 53)
#define NEVER_USER (UINT64_C(1) << 54)

#define DEVICE (ATTRIBUTE_DEVICE | ACCESSED | NEVER_PRIVILEGED | NEVER_USER)
#define DATA (ATTRIBUTE_NORMAL | INNER_SHAREABLE | ACCESSED | NEVER_PRIVILEGED | NEVER_USER)
#define CODE (ATTRIBUTE_NORMAL | INNER_SHAREABLE | ACCESSED | READ_ONLY | NEVER_USER)

_Alignas(4096) uint64_t mmu_level1[ENTRIES];
static _Alignas(4096) uint64_t devices[ENTRIES];
static _Alignas(4096) uint64_t ram[ENTRIES];
static _Alignas(4096) uint64_t stack_pages[ENTRIES];

extern char image_start[], stack_guard[];

/// Replaces the 2 MiB block around the page below the first stack by pages without that one: a stack of processor 0
/// that runs over faults there.
static void split_stack_block(void) {
    const uint64_t base = (uint64_t)stack_guard & ~(BLOCK_2M - 1);
    for (unsigned i = 0; i < ENTRIES; i++)
        stack_pages[i] = (base + i * 4096) | DATA | TYPE_PAGE;
    stack_pages[((uint64_t)stack_guard - base) / 4096] = 0;
    ram[(base - RAM_BASE) / BLOCK_2M] = (uint64_t)stack_pages | TYPE_TABLE;
}

void mmu_build(void) {
    devices[GICD_BASE / BLOCK_2M] = GICD_BASE | DEVICE | TYPE_BLOCK;
    devices[UART_BASE / BLOCK_2M] = UART_BASE | DEVICE | TYPE_BLOCK;
    for (uint64_t i = 0; i < ENTRIES && i * BLOCK_2M < machine.ram_size; i++)
        ram[i] = (RAM_BASE + i * BLOCK_2M) | DATA | TYPE_BLOCK;
    ram[((uint64_t)image_start - RAM_BASE) / BLOCK_2M] = (uint64_t)image_start | CODE | TYPE_BLOCK;
    split_stack_block();

    mmu_level1[0] = (uint64_t)devices | TYPE_TABLE;
    mmu_level1[1] = (uint64_t)ram | TYPE_TABLE;
    for (uint64_t i = 2; i < 4 && (i - 1) * BLOCK_1G < machine.ram_size; i++)
        mmu_level1[i] = i * BLOCK_1G | DATA | TYPE_BLOCK;
}
