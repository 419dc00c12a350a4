// A scaled vector added to another, 128 bits at a time.
#define NAME "saxpy"
#define KERNEL "saxpy.h"
#include "real/streams.h"
