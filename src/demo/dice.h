/* dice.h: chance that falls the same way each time for the same seed. Not for secrets. */
#ifndef FOYER_DEMO_DICE_H
#define FOYER_DEMO_DICE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

static inline uint64_t dice_bits(struct dice *dice) /* splitmix64, Steele et al. 2014 */
{
    uint64_t z = dice->state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static inline int64_t dice_of(struct dice *dice, int64_t n) /* 0 to n - 1 */
{
    assert(n > 0);
    return (int64_t)(dice_bits(dice) % (uint64_t)n);
}

static inline int64_t dice_from(struct dice *dice, int64_t least, int64_t most)
{
    return least + dice_of(dice, most - least + 1);
}

static inline bool dice_percent(struct dice *dice, int percent)
{
    return dice_of(dice, 100) < percent;
}

#endif
