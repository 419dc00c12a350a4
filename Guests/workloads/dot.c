// Dot products, 128 bits at a time.
#define NAME "dot"
#define KERNEL "dot.h"
#include "real/streams.h"
