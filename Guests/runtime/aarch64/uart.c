// PL011 output (Arm DDI 0183). Loaders leave the UART usable; enabling it again is what real hardware would need.
#include "machine.h"

#define UART_DR (UART_BASE + 0x00)
#define UART_FR (UART_BASE + 0x18)
#define UART_LCR_H (UART_BASE + 0x2c)
#define UART_CR (UART_BASE + 0x30)

#define FR_TRANSMIT_FULL (1 << 5)
#define LCR_8_BITS (3 << 5)
#define LCR_FIFO (1 << 4)
#define CR_ENABLE (1 << 0)
#define CR_TRANSMIT (1 << 8)

void uart_start(void) {
    device_write(UART_LCR_H, LCR_8_BITS | LCR_FIFO);
    device_write(UART_CR, CR_ENABLE | CR_TRANSMIT);
}

void platform_write(const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        while (device_read(UART_FR) & FR_TRANSMIT_FULL) {
        }
        device_write(UART_DR, (uint8_t)text[i]);
    }
}
