/* A game of the made-up library: frame n has n % 7 sprites. */
#include <stdio.h>
#include <stdlib.h>

#include "game_loop.h"

static void draw(game_frame* frame, void* game) {
  frame->sprites = frame->number % 7;
  *(int*)game += 1;
}

int main(int argc, char** argv) {
  int drawn = 0;
  const int frames = argc > 1 ? atoi(argv[1]) : 10;
  printf("%ld sprites\n", game_run(frames, draw, &drawn));
  return drawn == frames ? 0 : 1;
}
