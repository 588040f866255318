// output.h - what a verb answers: standard output, through a pager on a terminal.
//
// Path:    viewers' TextSink -> THIS -> pipe, file or $PAGER
// Threads: one owner, one at a time: it ignores SIGPIPE while it lives.
// Fails:   a reader that went away ends the output quietly; a full disk is said by Finish().

#pragma once

#include <sys/types.h>

#include <string>

#include "viewers/terminal/paint.h"
#include "viewers/terminal/text_sink.h"

namespace scope::tools {

class Output {
 public:
  enum class Paging { kNever, kOnTerminal };

  explicit Output(Paging paging);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // False: nobody reads any more.
  bool Write(absl::string_view text);
  viewers::TextSink sink();
  const viewers::Paint& paint() const { return paint_; }

  // Writes what is left and waits for the pager. Returns `exit_code`, or 1 if the output is not
  // whole although somebody still wanted it.
  int Finish(int exit_code);

 private:
  void StartPager();
  bool Flush();

  viewers::Paint paint_;
  std::string buffer_;
  int fd_ = 1;
  pid_t pager_ = -1;
  int error_ = 0;
};

}  // namespace scope::tools
