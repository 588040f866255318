#include "sdk/query/source.h"

namespace scope::query {

Source::Source(std::unique_ptr<trace::TraceReader> reader)
    : main_(std::move(reader)), free_{main_.get()}, catalog_(*main_) {}

absl::StatusOr<trace::TraceReader*> Source::TakeReader() {
  if (free_.empty()) {
    auto reader = trace::TraceReader::Open(main_->info().directory);
    if (!reader.ok()) return reader.status();
    more_.push_back(*std::move(reader));
    return more_.back().get();
  }
  trace::TraceReader* const reader = free_.back();
  free_.pop_back();
  return reader;
}

absl::StatusOr<const std::vector<uint64_t>*> Source::Counts() {
  if (counted_) return &counts_;
  const auto reader = TakeReader();
  if (!reader.ok()) return reader.status();
  auto counts = (*reader)->Counts();
  GiveBack(*reader);
  if (!counts.ok()) return counts.status();
  counts->resize(trace().nodes().size());
  counts_ = *std::move(counts);
  counted_ = true;
  return &counts_;
}

}  // namespace scope::query
