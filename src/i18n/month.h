/* month.h: the months' names in the language in use. */
#ifndef FOYER_MONTH_H
#define FOYER_MONTH_H

/* "May" of 5. Anything above 12 is December. */
const char *month_name(int month);

#endif
