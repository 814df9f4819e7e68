#include "qr.h"

#include <qrencode.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

bool qr_encode(struct qr *qr, const char *text)
{
    static const QRecLevel levels[] = { QR_ECLEVEL_L, QR_ECLEVEL_M, QR_ECLEVEL_Q, QR_ECLEVEL_H };
    size_t len = strlen(text);
    QRcode *best = NULL;

    *qr = (struct qr){ 0, NULL };
    if (len == 0 || len > QR_MAX_BYTES) {
        return false;
    }
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        QRcode *code = QRcode_encodeString8bit(text, best ? best->version : 0, levels[i]);
        bool larger = best && code && code->version > best->version;
        if (!code || larger) {
            QRcode_free(code);
            break;
        }
        QRcode_free(best);
        best = code;
    }
    if (!best) {
        return false;
    }
    size_t n = (size_t)best->width * (size_t)best->width;
    qr->side = best->width;
    qr->module = mem_alloc(n);
    for (size_t i = 0; i < n; i++) {
        qr->module[i] = best->data[i] & 1;
    }
    QRcode_free(best);
    return true;
}

void qr_done(struct qr *qr)
{
    free(qr->module);
    *qr = (struct qr){ 0, NULL };
}
