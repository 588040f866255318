#include "pipeline/recording.h"

#include "absl/status/status.h"

namespace scope::pipeline {

absl::StatusOr<RecordResult> Record(const RecordOptions&) {
  return absl::UnimplementedError("recording is not built in yet");
}

}  // namespace scope::pipeline
