// map_set.h - the AST maps of a binary, verified and kept.
//
// Path:    sections "scope_map" and "scope_source" -> THIS -> NodeFacts, CodeGraph
// Threads: const once made.
// Fails:   a map that cannot be read is counted and left out.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "schema/ast_map_generated.h"

namespace scope::trace {

class MapSet {
 public:
  // Size-prefixed maps, one after the other, with zeros between them.
  static std::shared_ptr<const MapSet> FromImage(absl::string_view image);

  const std::vector<const wire::AstMap*>& maps() const { return maps_; }
  size_t unreadable_count() const { return unreadable_count_; }

 private:
  void Add(absl::string_view bytes);

  std::vector<std::unique_ptr<uint64_t[]>> buffers_;  // FlatBuffers wants them aligned
  std::vector<const wire::AstMap*> maps_;
  size_t unreadable_count_ = 0;
};

// Texts of a map; empty for what is not there.
std::string TextOf(const flatbuffers::String* text);
std::string TextAt(const flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>* texts,
                   uint32_t index);

}  // namespace scope::trace
