#include "sdk/trace/wide_values.h"

#include <algorithm>
#include <utility>

namespace scope::trace {

void WideValues::Add(const Record& record, std::vector<WideValue>& ended) {
  const bool awaited = parts_left_ != 0 && record.is_part && open_.back().node == record.node &&
                       open_.back().thread_seq + 1 == record.thread_seq;
  if (awaited) {
    TakePart(record, ended);
    return;
  }
  Other(ended);
  if (!record.is_part) StartPiece(record, ended);  // A part without its head is no value.
}

void WideValues::StartPiece(const Record& head, std::vector<WideValue>& ended) {
  const uint32_t bytes = SCOPE_WIDE_BYTES(head.value);
  const uint32_t offset = SCOPE_WIDE_OFFSET(head.value);
  const uint32_t whole = SCOPE_WIDE_WHOLE(head.value);
  if (bytes > SCOPE_WIDE_PIECE_MAX || offset > whole || bytes > whole - offset) return;
  if (offset == 0) {
    if (open_.size() == kOpenMax) EndInner(ended);
    WideValue& begun = open_.emplace_back();
    begun.node = head.node;
    begun.whole = whole;
    begun.order = head.order;
    begun.reserved_seq = head.reserved_seq;
    begun.iteration = head.iteration;
    begun.thrown = head.thrown;
  } else {
    const size_t begun = FindBegun(head);
    if (begun == open_.size()) return;  // Its beginning is missing.
    while (open_.size() > begun + 1) EndInner(ended);
  }
  WideValue& value = open_.back();
  value.seq = head.seq;
  value.thread_seq = head.thread_seq;
  value.place.call = head.place.call;
  value.place.depth = head.place.depth;
  value.place.unwound += head.place.unwound;
  piece_bytes_ = piece_left_ = bytes;
  parts_left_ = SCOPE_WIDE_PARTS(bytes);
  if (parts_left_ == 0) EndPiece(ended);
}

size_t WideValues::FindBegun(const Record& head) const {
  const auto goes_on = [&](const WideValue& value) {
    return value.node == head.node && value.whole == SCOPE_WIDE_WHOLE(head.value) &&
           value.bytes.size() == SCOPE_WIDE_OFFSET(head.value);
  };
  const auto found = std::find_if(open_.rbegin(), open_.rend(), goes_on);
  return found == open_.rend() ? open_.size() : static_cast<size_t>(open_.rend() - found) - 1;
}

void WideValues::TakePart(const Record& record, std::vector<WideValue>& ended) {
  WideValue& value = open_.back();
  const uint32_t bytes = std::min(piece_left_, 8u);
  for (uint32_t i = 0; i < bytes; ++i) {
    value.bytes += static_cast<char>(record.value >> 8 * i & 0xff);
  }
  value.seq = record.seq;
  value.thread_seq = record.thread_seq;
  piece_left_ -= bytes;
  if (--parts_left_ == 0) EndPiece(ended);
}

void WideValues::EndPiece(std::vector<WideValue>& ended) {
  const bool is_last =
      piece_bytes_ < SCOPE_WIDE_PIECE_MAX || open_.back().bytes.size() == open_.back().whole;
  if (is_last) EndInner(ended);
}

void WideValues::EndInner(std::vector<WideValue>& ended) {
  WideValue& value = open_.back();
  value.truncated = value.bytes.size() < value.whole || value.whole == SCOPE_WIDE_LENGTH_MAX;
  ended.push_back(std::move(value));
  open_.pop_back();
  parts_left_ = 0;
}

void WideValues::ExitCall(uint64_t call, std::vector<WideValue>& ended) {
  const auto in_call = [&](const WideValue& value) { return value.place.call == call; };
  while (std::any_of(open_.begin(), open_.end(), in_call)) EndInner(ended);
}

void WideValues::EndAll(std::vector<WideValue>& ended) {
  while (!open_.empty()) EndInner(ended);
}

}  // namespace scope::trace
