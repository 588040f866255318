// Reads a trace: what each variable held, and what its threads emitted.

#include <cstdio>
#include <string>

#include "scope/trace/losses.h"
#include "scope/trace/reader.h"

int main(int argc, char** argv) {
  const auto reader = scope::trace::TraceReader::Open(argc > 1 ? argv[1] : "scope.data");
  if (!reader.ok()) {
    std::fprintf(stderr, "%s\n", std::string(reader.status().message()).c_str());
    return 1;
  }
  const absl::Status status = (*reader)->ForEach({}, [](const scope::trace::Event& event) {
    if (event.node == nullptr) return true;  // events that are missing
    const std::string value = scope::trace::FormatValue(event);
    if (!value.empty()) std::printf("%s = %s\n", event.node->name.c_str(), value.c_str());
    return true;
  });
  const auto losses = scope::trace::LossesOf((*reader)->threads());
  std::printf("emitted %llu\n", static_cast<unsigned long long>(losses.emitted));
  return status.ok() ? 0 : 1;
}
