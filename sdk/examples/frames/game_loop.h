/* game_loop.h - a made-up library that somebody else wrote: it calls a game back for each frame. */
#ifndef GAME_LOOP_H_
#define GAME_LOOP_H_

#ifdef __cplusplus
extern "C" {
#endif

typedef struct game_frame {
  int number;
  int sprites; /* drawn in this frame; the game sets it */
} game_frame;

typedef void (*game_callback)(game_frame* frame, void* game);

/* Returns how many sprites were drawn altogether. */
long game_run(int frames, game_callback callback, void* game);
/* What game_run() does for each frame. */
void game_draw(game_frame* frame, game_callback callback, void* game);

#ifdef __cplusplus
}
#endif

#endif /* GAME_LOOP_H_ */
