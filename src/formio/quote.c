#include "quote.h"

void quote_add(struct buf *out, const char *text)
{
    buf_adds(out, "\"");
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') {
            buf_adds(out, "\\");
        }
        buf_add(out, *text == '\n' ? " " : text, 1);
    }
    buf_adds(out, "\"");
}
