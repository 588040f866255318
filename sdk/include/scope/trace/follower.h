// scope/trace/follower.h - reads a trace block by block, while it is written or afterwards.
//
// Path:    scope.data/ -> THIS -> sinks, live viewers
// Threads: one.
// Fails:   absl::Status that names the file. A block that is not whole yet is waited for.

#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "scope/trace/reader.h"

namespace scope::trace {

class TraceFollower {
 public:
  // NotFound: there is no trace (yet).
  static absl::StatusOr<std::unique_ptr<TraceFollower>> Open(const std::string& directory);
  virtual ~TraceFollower() = default;

  // Takes the next block and visits its events; `before` is called before the first of them, when
  // nodes() and threads() have what the events need. False: there is nothing more, so far.
  virtual absl::StatusOr<bool> Next(const std::function<void()>& before,
                                    const std::function<bool(const Event&)>& visit) = 0;

  // There will be no more: visits what has no end.
  virtual void Finish(const std::function<bool(const Event&)>& visit) = 0;

  virtual const TraceInfo& info() const = 0;  // complete: the last block has been taken
  virtual const std::deque<Node>& nodes() const = 0;
  virtual const std::vector<Thread>& threads() const = 0;
};

}  // namespace scope::trace
