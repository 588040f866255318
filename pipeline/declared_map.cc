#include "pipeline/declared_map.h"

#include <string.h>
#include <xxhash.h>

#include <algorithm>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "schema/ast_map_generated.h"
#include "scope/event.h"

namespace scope::pipeline {
namespace {

using flatbuffers::FlatBufferBuilder;

constexpr uint32_t kNoElement = ~uint32_t{0};

template <size_t kSize>
std::string TextOf(const char (&text)[kSize]) {
  return std::string(text, strnlen(text, kSize));
}

std::string BaseName(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

uint64_t HashOf(uint8_t kind, const std::string& file, const std::string& function,
                const std::string& name, uint32_t ordinal) {
  const std::string key =
      absl::StrCat("by hand", absl::string_view("\0", 1), kind, absl::string_view("\0", 1), file,
                   absl::string_view("\0", 1), function, absl::string_view("\0", 1), name,
                   absl::string_view("\0", 1), ordinal);
  return XXH3_64bits(key.data(), key.size()) | 1;
}

// Files are named as the compiler was told; a relative name may be found from here.
std::string Absolute(const std::string& file) {
  if (file.empty() || file[0] == '/') return file;
  std::error_code error;
  const std::filesystem::path path = std::filesystem::absolute(file, error);
  return !error && std::filesystem::exists(path, error) ? path.lexically_normal().string() : file;
}

const char* TypeName(uint8_t type) {
  switch (type) {
    case kScopeValueBool:
      return "bool";
    case kScopeValueI8:
      return "signed char";
    case kScopeValueI16:
      return "short";
    case kScopeValueI32:
      return "int";
    case kScopeValueI64:
      return "long";
    case kScopeValueU8:
      return "unsigned char";
    case kScopeValueU16:
      return "unsigned short";
    case kScopeValueU32:
      return "unsigned int";
    case kScopeValueU64:
      return "unsigned long";
    case kScopeValueF32:
      return "float";
    case kScopeValueF64:
      return "double";
    case kScopeValuePointer:
      return "void *";
    case kScopeValueChar:
      return "char";
    case kScopeValueText:
      return "text";
    default:
      return "";
  }
}

wire::TypeKind TypeKindOf(uint8_t type) {
  switch (type) {
    case kScopeValueBool:
      return wire::TypeKind::Bool;
    case kScopeValueF32:
    case kScopeValueF64:
      return wire::TypeKind::Float;
    case kScopeValueChar:
      return wire::TypeKind::Char;
    case kScopeValuePointer:
      return wire::TypeKind::Pointer;
    default:
      return type >= kScopeValueI8 && type <= kScopeValueI64 ? wire::TypeKind::Signed
                                                             : wire::TypeKind::Unsigned;
  }
}

uint64_t BytesOf(uint8_t type) {
  switch (type) {
    case kScopeValueBool:
    case kScopeValueI8:
    case kScopeValueU8:
    case kScopeValueChar:
      return 1;
    case kScopeValueI16:
    case kScopeValueU16:
      return 2;
    case kScopeValueI32:
    case kScopeValueU32:
    case kScopeValueF32:
      return 4;
    default:
      return 8;
  }
}

uint64_t SignificandBits(uint8_t type) {
  return type == kScopeValueF32 ? 24 : type == kScopeValueF64 ? 53 : 0;
}

// Numbers texts, files and types of one map.
class MapWriter {
 public:
  std::string Write(const std::vector<DeclaredNode>& nodes);

 private:
  uint32_t File(const std::string& name);
  uint32_t AddType(const std::string& name, flatbuffers::Offset<wire::Type> facts);
  uint32_t ScalarType(uint8_t type);
  uint32_t CharArray(uint32_t count);
  uint32_t FieldType(const scope_declared_field& field);
  uint32_t TypeOf(const DeclaredNode& node);
  flatbuffers::Offset<wire::Function> FunctionOf(const DeclaredNode& node);

  FlatBufferBuilder builder_;
  absl::flat_hash_map<std::string, uint32_t> files_;
  std::vector<flatbuffers::Offset<flatbuffers::String>> file_names_;
  absl::flat_hash_map<std::string, uint32_t> types_;
  std::vector<flatbuffers::Offset<flatbuffers::String>> type_names_;
  std::vector<flatbuffers::Offset<wire::Type>> type_facts_;
};

uint32_t MapWriter::File(const std::string& name) {
  const auto [found, is_new] = files_.try_emplace(name, static_cast<uint32_t>(files_.size()));
  if (is_new) file_names_.push_back(builder_.CreateString(Absolute(name)));
  return found->second;
}

uint32_t MapWriter::AddType(const std::string& name, flatbuffers::Offset<wire::Type> facts) {
  const auto number = static_cast<uint32_t>(type_names_.size());
  types_.emplace(name, number);
  type_names_.push_back(builder_.CreateString(name));
  type_facts_.push_back(facts);
  return number;
}

uint32_t MapWriter::ScalarType(uint8_t type) {
  const std::string name = TypeName(type);
  if (const auto found = types_.find(name); found != types_.end()) return found->second;
  return AddType(name, wire::CreateType(builder_, TypeKindOf(type), BytesOf(type), kNoElement,
                                        SignificandBits(type)));
}

uint32_t MapWriter::CharArray(uint32_t count) {
  const std::string name = absl::StrCat("char[", count, "]");
  if (const auto found = types_.find(name); found != types_.end()) return found->second;
  const uint32_t element = ScalarType(kScopeValueChar);
  return AddType(name, wire::CreateType(builder_, wire::TypeKind::Array, count, element, count));
}

uint32_t MapWriter::FieldType(const scope_declared_field& field) {
  if (field.type == kScopeValueText) return CharArray(field.bytes);
  return ScalarType(field.type);
}

uint32_t MapWriter::TypeOf(const DeclaredNode& node) {
  const scope_declared_site& site = node.site;
  if (site.field_count == 0) return ScalarType(node.type);
  const std::string name = TextOf(site.event_type);
  if (const auto found = types_.find(name); found != types_.end()) return found->second;
  std::vector<flatbuffers::Offset<wire::Member>> members;
  for (uint32_t i = 0; i < std::min(site.field_count, SCOPE_DECLARED_FIELDS_MAX); ++i) {
    const scope_declared_field& field = site.fields[i];
    const uint32_t type = FieldType(field);
    const std::string unit = TextOf(field.unit);
    members.push_back(wire::CreateMember(builder_, builder_.CreateString(TextOf(field.name)), type,
                                         uint64_t{field.offset} * 8, 0, false,
                                         unit.empty() ? 0 : builder_.CreateString(unit)));
  }
  return AddType(name, wire::CreateType(builder_, wire::TypeKind::Struct, site.value_bytes,
                                        kNoElement, 0, builder_.CreateVector(members)));
}

flatbuffers::Offset<wire::Function> MapWriter::FunctionOf(const DeclaredNode& node) {
  const std::string name = TextOf(node.site.function);
  const auto text = builder_.CreateString(name);
  const uint32_t file = File(TextOf(node.site.file));
  wire::FunctionBuilder builder(builder_);
  builder.add_id(node.function_id);
  builder.add_name(text);
  builder.add_signature(text);
  builder.add_file(file);
  builder.add_line(node.function_line);
  builder.add_by_hand(true);
  return builder.Finish();
}

std::string MapWriter::Write(const std::vector<DeclaredNode>& nodes) {
  absl::flat_hash_map<uint64_t, uint32_t> function_numbers;
  std::vector<flatbuffers::Offset<wire::Function>> functions;
  std::vector<flatbuffers::Offset<wire::Node>> written;
  std::vector<const DeclaredNode*> sorted;
  for (const DeclaredNode& node : nodes) sorted.push_back(&node);
  std::sort(sorted.begin(), sorted.end(), [](const DeclaredNode* a, const DeclaredNode* b) {
    return a->id != b->id ? a->id < b->id : a < b;
  });
  for (const DeclaredNode* node : sorted) {
    const auto [function, is_new] =
        function_numbers.try_emplace(node->function_id, static_cast<uint32_t>(functions.size()));
    if (is_new) functions.push_back(FunctionOf(*node));
    const uint32_t file = File(TextOf(node->site.file));
    const uint32_t type = TypeOf(*node);
    const std::string name = TextOf(node->site.name);
    const std::string unit = TextOf(node->site.unit);
    const auto text = builder_.CreateString(name);
    const auto unit_text = unit.empty() ? 0 : builder_.CreateString(unit);
    wire::NodeBuilder builder(builder_);
    builder.add_id(node->id);
    builder.add_function(function->second);
    builder.add_kind(node->kind);
    builder.add_type(type);
    builder.add_file(file);
    builder.add_line(node->site.line);
    builder.add_end_line(node->site.line);
    builder.add_name(text);
    if (!unit.empty()) builder.add_unit(unit_text);
    written.push_back(builder.Finish());
  }
  const auto files = builder_.CreateVector(file_names_);
  const auto types = builder_.CreateVector(type_names_);
  const auto function_vector = builder_.CreateVector(functions);
  const auto node_vector = builder_.CreateVector(written);
  const auto facts = builder_.CreateVector(type_facts_);
  builder_.FinishSizePrefixed(
      wire::CreateAstMap(builder_, 1, 0, files, types, function_vector, node_vector, facts),
      wire::AstMapIdentifier());
  return std::string(reinterpret_cast<const char*>(builder_.GetBufferPointer()),
                     builder_.GetSize());
}

}  // namespace

void DeclaredIds::Fill(DeclaredNode& node) {
  const std::string file = BaseName(TextOf(node.site.file));
  const std::string function = TextOf(node.site.function);
  node.function_id = HashOf(kScopeEventEnter, file, function, function, 0);
  const bool is_edge = node.kind == kScopeEventEnter || node.kind == kScopeEventExit;
  const auto [line, is_new_function] =
      function_lines_.try_emplace(node.function_id, node.site.line);
  node.function_line = line->second;
  const std::string name = is_edge ? function : TextOf(node.site.name);
  for (uint32_t ordinal = 0;; ++ordinal) {
    node.id = HashOf(node.kind, file, function, name, ordinal);
    // Two places may enter what has one name: zones, and copies of an inline function.
    if (is_edge) return;
    const auto [known, is_new] = lines_.try_emplace(node.id, node.site.line);
    if (is_new || known->second == node.site.line) return;
  }
}

std::string MakeDeclaredMap(const std::vector<DeclaredNode>& nodes) {
  return MapWriter().Write(nodes);
}

}  // namespace scope::pipeline
