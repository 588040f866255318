// meter_change.h - asks for a part of the events of some nodes.
//
// Path:    --sample, --rate -> THIS -> selection.h
// Threads: a value.
// Fails:   absl::Status that says what is wrong with the words.

#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace scope::pipeline {

// Every n-th event of the nodes that are on, or so many of them a second.
struct MeterChange {
  std::string glob;  // of functions, with all that is in them, or of variables
  bool is_rate = false;
  uint32_t number = 0;  // 1 for sampling, 0 for a rate: no rule

  // "step=100", "step=1000/s", as ParseMeterChange() reads them.
  std::string Text() const;
};

absl::StatusOr<MeterChange> ParseMeterChange(const std::string& text, bool is_rate);

}  // namespace scope::pipeline
