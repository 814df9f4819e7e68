#include "fuzz.h"
#include "summary.h"

#include <string.h>

int fuzz_summary(const uint8_t *data, size_t size)
{
    struct summary summary, kept, again;
    struct buf out = BUF_INIT;
    struct err err;
    if (summary_read(&summary, data, size, &err) == 0) {
        summary_keep(&kept, &summary);
        summary_write(&kept, &out);
        must(summary_read(&again, out.data, out.len, &err) == 0);
        must(strcmp(again.name, kept.name) == 0 && again.nlinks == kept.nlinks);
        summary_done(&again);
        summary_done(&kept);
        summary_done(&summary);
    }
    buf_wipe(&out);
    return 0;
}
