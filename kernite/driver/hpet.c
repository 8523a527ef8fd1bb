// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "driver/hpet.h"

#include "arch/x86_64/kernel_map.h"
#include "debug/log.h"

#define CAPABILITIES 0x000
#define CONFIGURATION 0x010
#define COUNTER 0x0f0

#define CAPABILITIES_64_BITS BIT(13)
#define CAPABILITIES_PERIOD_SHIFT 32
#define CONFIGURATION_ENABLE BIT(0)
#define MAX_PERIOD 100000000 // 100 ns

static volatile char *registers;
static word_t old_configuration;

static volatile word_t *hpet_register(word_t offset) { return (volatile word_t *)(registers + offset); }

word_t hpet_start(paddr_t p)
{
    registers = x86_64_map_device(p);
    old_configuration = *hpet_register(CONFIGURATION);
    *hpet_register(CONFIGURATION) = old_configuration | CONFIGURATION_ENABLE;
    word_t period = *hpet_register(CAPABILITIES) >> CAPABILITIES_PERIOD_SHIFT;
    if (period == 0 || period > MAX_PERIOD)
        kpanic("the HPET says that its period is %lu fs", period);
    return period;
}

word_t hpet_mask(void) { return *hpet_register(CAPABILITIES) & CAPABILITIES_64_BITS ? ~(word_t)0 : MASK(32); }
word_t hpet_read(void) { return *hpet_register(COUNTER); }
void hpet_stop(void) { *hpet_register(CONFIGURATION) = old_configuration; }
