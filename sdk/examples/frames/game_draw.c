#include "game_loop.h"

void game_draw(game_frame* frame, game_callback callback, void* game) { callback(frame, game); }
