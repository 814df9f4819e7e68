#include "refused.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#include "probe.h"
#include "tr.h"

int refused_count(void)
{
    char *path = probe_path("/var/lib/foyer-relay/refused");
    DIR *dir = opendir(path);
    int n = dir == NULL && errno != ENOENT ? -1 : 0;
    for (const struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        n += entry->d_name[0] != '.';
    }
    if (dir != NULL) {
        closedir(dir);
    }
    free(path);
    return n;
}

int refused_warning(struct buf *out)
{
    int n = refused_count();
    if (n > 0) {
        buf_addf(out, "%s", out->len > 0 ? " " : "");
        buf_addf(out,
                 tr_n("%d intake of a second screen was refused; its patient may believe that it is saved: "
                      "foyer-relay(8).",
                      "%d intakes of a second screen were refused; their patients may believe that they are "
                      "saved: foyer-relay(8).",
                      (unsigned long)n),
                 n);
    }
    return n;
}
