#include "sdk/trace/map_set.h"

#include <cstring>

namespace scope::trace {
namespace {

constexpr uint64_t kTablesMax = 100'000'000;
constexpr uint64_t kDepthMax = 16;

}  // namespace

std::string TextOf(const flatbuffers::String* text) { return text == nullptr ? "" : text->str(); }

std::string TextAt(const flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>* texts,
                   uint32_t index) {
  return texts == nullptr || index >= texts->size() ? "" : TextOf(texts->Get(index));
}

// `bytes`: one map with its size prefix.
void MapSet::Add(absl::string_view bytes) {
  auto buffer = std::make_unique<uint64_t[]>(bytes.size() / 8 + 1);
  std::memcpy(buffer.get(), bytes.data(), bytes.size());
  const auto* data = reinterpret_cast<const uint8_t*>(buffer.get());
  flatbuffers::Verifier verifier(data, bytes.size(), kDepthMax, kTablesMax);
  if (!wire::VerifySizePrefixedAstMapBuffer(verifier)) {
    ++unreadable_count_;
    return;
  }
  maps_.push_back(wire::GetSizePrefixedAstMap(data));
  buffers_.push_back(std::move(buffer));
}

std::shared_ptr<const MapSet> MapSet::FromImage(absl::string_view image) {
  auto set = std::make_shared<MapSet>();
  size_t at = 0;
  while (at + sizeof(uint32_t) <= image.size()) {
    uint32_t bytes;
    std::memcpy(&bytes, image.data() + at, sizeof(bytes));
    if (bytes == 0) {  // padding between two maps
      at += sizeof(bytes);
      continue;
    }
    if (bytes > image.size() - at - sizeof(bytes)) {
      ++set->unreadable_count_;
      break;
    }
    set->Add(image.substr(at, sizeof(bytes) + bytes));
    at += sizeof(bytes) + bytes;
  }
  return set;
}

}  // namespace scope::trace
