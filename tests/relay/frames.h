/* frames.h: sealed frames whose number and order a test can read off their header, and a folder for it. */
#ifndef FOYER_TEST_FRAMES_H
#define FOYER_TEST_FRAMES_H

#include "buf.h"
#include "frame.h"

extern char folder[64]; /* made by frames_setup() */

void frames_setup(void);
void frames_teardown(void);
/* Into the place of what was in `out`. */
void frame_of(struct buf *out, uint32_t n, uint32_t rev, enum frame_kind kind);
/* The n of such a frame's uid. */
uint32_t frame_number(const struct frame_header *header);

/* How many files there are in this folder below it; 0 if it is not there. */
int files_in(const char *below);
void in_folder(char out[128], const char *below);

#endif
