// An ingestor: each frame of the game loop becomes a call with an event of a declared type.
//
//   scope run --ingest frames -- ./frames_game        all frames
//   scope run --ingest frames:10 -- ./frames_game     those with at least 10 sprites
//
// The library is watched from outside: the loader finds our game_draw() before its own.

#include <dlfcn.h>

#include <cstdlib>

#include "game_loop.h"
#include "scope/ingestor.h"

namespace {

// What a frame is in the trace. Declared once; the trace carries names, types and units.
struct Frame {
  int32_t number;
  int32_t sprites;
};
const scope_field kFields[] = {SCOPE_FIELD(Frame, number, I32, nullptr),
                               SCOPE_FIELD(Frame, sprites, I32, "sprites")};
const scope_event_type kFrame = {"frame", kFields, 2, sizeof(Frame)};

// Encode: what the library has -> the declared struct.
Frame Encode(const game_frame& frame) { return {frame.number, frame.sprites}; }

using DrawFn = decltype(&game_draw);
DrawFn g_draw = nullptr;
bool g_started = false;
int g_sprites_min = 0;

int Start(const char* options, char* /*error*/) {
  g_sprites_min = std::atoi(options);
  g_started = true;
  return 0;
}

const scope_ingestor kIngestor = {sizeof(scope_ingestor), SCOPE_PLUGIN_VERSION, "frames",
                                  "frames of the example's game loop; frames:MIN_SPRITES", Start};

}  // namespace

SCOPE_INGESTOR(kIngestor)

extern "C" SCOPE_PLUGIN_EXPORT void game_draw(game_frame* frame, game_callback callback,
                                              void* game) {
  if (g_draw == nullptr) g_draw = reinterpret_cast<DrawFn>(dlsym(RTLD_NEXT, "game_draw"));
  if (!g_started) return g_draw(frame, callback, game);
  SCOPE_ZONE("game_draw");
  g_draw(frame, callback, game);
  if (frame->sprites < g_sprites_min) return;
  const Frame event = Encode(*frame);
  SCOPE_EVENT(kFrame, &event);
}
