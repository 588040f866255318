// sink_process.h - a sink that follows a recording, in a process of its own.
//
// Path:    run --sink -> THIS -> `scope feed --follow` -> sink plugin
// Threads: Start() on any thread, once; the rest from the owner's.
// Fails:   a sink that crashes, hangs or fails is said in one line; the recording goes on and the
//          trace is whole.

#pragma once

#include <sys/types.h>

#include <string>

#include "absl/status/status.h"

namespace scope::tools {

class SinkProcess {
 public:
  // `kind`: "sink" or "viewer". `request`: NAME[:OPTIONS].
  SinkProcess(std::string kind, std::string request)
      : kind_(std::move(kind)), request_(std::move(request)) {}
  ~SinkProcess();
  SinkProcess(const SinkProcess&) = delete;
  SinkProcess& operator=(const SinkProcess&) = delete;

  // The trace's file is there.
  void Start(const std::string& directory);

  // Nothing more is written. Waits until the sink has taken everything, at most `timeout_ms`
  // without its end. Empty: all is well.
  std::string Finish(int timeout_ms);

 private:
  std::string kind_;
  std::string request_;
  pid_t pid_ = -1;
  int pipe_ = -1;
  std::string start_error_;
};

}  // namespace scope::tools
