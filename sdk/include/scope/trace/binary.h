// scope/trace/binary.h - what a binary says about its instrumented code.
//
// Path:    ELF file with scope's sections -> THIS -> collector, doctor
// Threads: a value; no state is shared.
// Fails:   absl::Status that names the file. The file's bytes are not trusted.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "scope/node.h"
#include "scope/trace/reader.h"

namespace scope::trace {

struct Binary {
  std::string path;
  std::string build_id;          // hexadecimal; empty when it has none
  std::string nodes_image;       // section "scope_nodes"; empty: no instrumented code
  std::string maps_image;        // sections "scope_map" and "scope_source"; empty: no map
  bool reports_by_hand = false;  // with scope/report.h; where, is known when it runs
  uint64_t nodes_address = 0;    // of the section in the file's own address space
  bool is_static = false;        // linked without a dynamic loader: it cannot be recorded
};

// An executable, a shared library, an object or a static library. NotFound: no such file.
// InvalidArgument: no ELF file. A binary without instrumented code is fine.
absl::StatusOr<Binary> ReadBinary(const std::string& path);

// How much of a binary is instrumented, by its symbol table. What the compiler and the standard
// library bring does not count, nor what was inlined everywhere.
struct Coverage {
  size_t functions = 0;              // 0: it was stripped
  std::vector<std::string> missing;  // mangled: those without nodes
};
absl::StatusOr<Coverage> ReadCoverage(const std::string& path);

// One node of a section image.
struct NodePlace {
  uint32_t node_offset = 0;    // of its scope_node in the image
  uint32_t switch_offset = 0;  // of its switch byte in the image
  uint64_t function_id = 0;
  uint64_t instance = 0;  // scope_instance.id; 0: none
  scope_node node = {};
};

// The nodes of a section image in section order. InvalidArgument where the bytes make no sense.
absl::StatusOr<std::vector<NodePlace>> ParseNodes(absl::string_view nodes_image);

class MapSet;

// Two different nodes that have one id: what is recorded of one may be of the other.
struct Collision {
  uint64_t id = 0;
  std::string one;  // "step at /home/x/a.cc:12:3"
  std::string other;
};

// Node facts by id, from the maps of a binary: place, name, type, function.
class NodeFacts {
 public:
  // `maps_image`: AST maps, size-prefixed, one after the other. Unreadable maps are counted, not
  // fatal.
  static NodeFacts FromMaps(absl::string_view maps_image);
  NodeFacts();
  ~NodeFacts();
  NodeFacts(NodeFacts&&) noexcept;
  NodeFacts& operator=(NodeFacts&&) noexcept;

  // Fills everything but number, id, kind, value_type, function_id and module. Unknown id: false,
  // and `function` becomes one named "?" that lives as long as this object.
  bool Fill(uint64_t id, uint64_t function_id, Node& node, uint64_t instance = 0) const;

  size_t map_count() const;
  size_t unreadable_count() const;
  // The first ones that were found; `collision_count` counts all.
  const std::vector<Collision>& collisions() const;
  size_t collision_count() const;

  // The maps themselves, for CodeGraph.
  const std::shared_ptr<const MapSet>& maps() const;

 private:
  struct Index;
  std::unique_ptr<Index> index_;
};

// "id 0123...: step at a.cc:12:3 and step at b.cc:12:3" and what to do; empty: no collision.
std::string CollisionText(const NodeFacts& facts);

// A node of a binary with all that its map says; its number and module are the caller's to set.
Node NodeAt(const NodePlace& place, const NodeFacts& facts);
// All of them, numbered in their order.
std::vector<Node> ListNodes(const std::vector<NodePlace>& places, const NodeFacts& facts);
// The same where there are maps and no binary. The types of values are not known.
std::vector<Node> ListNodes(const NodeFacts& facts);

}  // namespace scope::trace
