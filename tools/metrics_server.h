// metrics_server.h - answers GET /metrics on this machine.
//
// Path:    a monitoring system -> THIS -> text of that moment
// Threads: one; Serve() returns when it is asked to end (SIGINT, SIGTERM).
// Fails:   Unavailable: the port cannot be had. Others than this machine are not listened to, and
//          requests for another host's name are refused (403).

#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"

namespace scope::tools {

struct MetricsServer {
  uint16_t port = 0;                        // 0: any that is free
  std::function<std::string()> text;        // for each request
  std::function<void(uint16_t)> listening;  // the port, once it is had
};

absl::Status Serve(const MetricsServer& server);

}  // namespace scope::tools
