#include "pipeline/encoders.h"

#include <exception>
#include <utility>

#include "pipeline/quarantine.h"
#include "pipeline/stages/encode.h"

namespace scope::pipeline {
namespace {

constexpr int kTries = 3;

Encoders::Encoder MakeEncoder() {
  return [encode = std::make_shared<Encode>()](Batch& batch) { return (*encode)(batch); };
}

}  // namespace

Encoders::Encoders(Options options) : options_(std::move(options)) {}

std::shared_ptr<EncodedBatch> Encoders::operator()(Batch& batch) {
  std::string why;
  for (int i = 0; i < kTries; ++i) {
    if (auto encoded = Try(batch, why)) return encoded;
  }
  Count(kScopeMetricQuarantined);
  if (options_.put_aside) options_.put_aside(batch, why);
  GiveUpRecords(batch);
  Encode encode;  // of marks and notes only
  return encode(batch);
}

// Null: it threw.
std::unique_ptr<EncodedBatch> Encoders::Try(Batch& batch, std::string& why) {
  try {
    Encoder encoder = Take();
    std::unique_ptr<EncodedBatch> encoded = encoder(batch);
    const std::lock_guard<std::mutex> lock(mutex_);
    idle_.push_back(std::move(encoder));
    return encoded;
  } catch (const std::exception& exception) {
    why = exception.what();
  } catch (...) {
    why = "an exception of unknown type";
  }
  Count(kScopeMetricEncodeRetries);
  return nullptr;
}

Encoders::Encoder Encoders::Take() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!idle_.empty()) {
      Encoder encoder = std::move(idle_.back());
      idle_.pop_back();
      return encoder;
    }
  }
  return options_.make ? options_.make() : MakeEncoder();
}

void Encoders::Count(scope_metric metric) {
  if (options_.metrics != nullptr) options_.metrics->Add(metric, 1);
}

}  // namespace scope::pipeline
