// terminal.h - is somebody looking, and do they want colour?
//
// Path:    environment, file descriptors -> THIS -> Paint, progress, pager
// Threads: any.
// Fails:   never.

#pragma once

#include "viewers/terminal/paint.h"

namespace scope::tools {

bool IsTerminal(int fd);

// Colour for what is written to `fd`: a terminal, no NO_COLOR, TERM not "dumb".
viewers::Paint PaintFor(int fd);

}  // namespace scope::tools
