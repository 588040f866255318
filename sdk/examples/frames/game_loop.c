#include "game_loop.h"

long game_run(int frames, game_callback callback, void* game) {
  long sprites = 0;
  for (int i = 0; i < frames; ++i) {
    game_frame frame = {i, 0};
    game_draw(&frame, callback, game);
    sprites += frame.sprites;
  }
  return sprites;
}
