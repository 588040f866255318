#include "pipeline/modules.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace scope::pipeline {
namespace {

constexpr uint64_t kNodesBytesMax = SCOPE_BLOCK_BYTES_MAX / 4;

// The section as it is in the process's memory, where the runtime has set switches.
absl::StatusOr<std::string> ReadMemory(uint32_t pid, uint64_t address, uint64_t bytes) {
  std::string image(bytes, '\0');
  iovec here = {image.data(), image.size()};
  iovec there = {reinterpret_cast<void*>(address), image.size()};
  const ssize_t n = process_vm_readv(static_cast<pid_t>(pid), &here, 1, &there, 1, 0);
  if (n != static_cast<ssize_t>(bytes)) {
    return absl::UnavailableError(absl::StrCat("nor can the memory of process ", pid, " be read"));
  }
  return image;
}

std::string PathOf(const scope_module_entry& entry) {
  return std::string(entry.path, strnlen(entry.path, sizeof(entry.path)));
}

std::string BuildIdOf(const scope_module_entry& entry) {
  const size_t bytes = std::min<size_t>(entry.build_id_bytes, sizeof(entry.build_id));
  return std::string(reinterpret_cast<const char*>(entry.build_id), bytes);
}

uint64_t Place(uint32_t process, uint32_t place) { return uint64_t{process} << 32 | place; }
uint32_t ProcessOf(uint64_t place) { return static_cast<uint32_t>(place >> 32); }

std::shared_ptr<const std::vector<Modules::NodeOrigin>> OriginsOf(absl::string_view nodes) {
  auto origins = std::make_shared<std::vector<Modules::NodeOrigin>>();
  const auto places = trace::ParseNodes(nodes);
  if (!places.ok()) return origins;
  for (const trace::NodePlace& place : *places) {
    origins->push_back(
        {.id = place.node.id, .function_id = place.function_id, .kind = place.node.kind});
  }
  return origins;
}

}  // namespace

Modules::Modules(SwitchPlan& plan) : plan_(plan) {}

absl::StatusOr<std::optional<Note>> Modules::Add(const scope_module_entry& entry,
                                                 const Loaded& loaded) {
  ModuleFacts facts{.number = count_,
                    .process = loaded.process,
                    .path = PathOf(entry),
                    .build_id = BuildIdOf(entry),
                    .first_node = next_node_,
                    .nodes_address = entry.nodes_address,
                    .nodes = "",
                    .maps = "",
                    .maps_from = kNoMapsFrom,
                    .note = ""};
  if (entry.nodes_bytes > kNodesBytesMax) {
    return absl::InvalidArgumentError(absl::StrCat(facts.path, ": too many nodes"));
  }
  const std::string key = absl::StrCat(facts.path, "\n", facts.build_id);
  std::shared_ptr<Known>& known = known_[key];
  if (IsThere(entry, loaded, known)) {
    if (loaded.switches_path.empty()) return std::nullopt;
    const auto places = trace::ParseNodes(known->nodes);
    const absl::Status status =
        WriteSwitches(loaded.switches_path, plan_.MakeImage(known->nodes, *places, known->facts));
    if (!status.ok()) return status;
    return std::nullopt;
  }
  if (known == nullptr || known->nodes.size() != entry.nodes_bytes) {
    if (absl::Status status = Read(entry, loaded.pid, facts); !status.ok()) return status;
    known = std::make_shared<Known>();
    known->build_id = facts.build_id;
    known->nodes = facts.nodes;
    known->facts = trace::NodeFacts::FromMaps(facts.maps);
    known->origins = OriginsOf(facts.nodes);
    known->module = facts.number;
    known->note = facts.note;
  } else {
    facts.nodes = known->nodes;
    facts.maps_from = known->module;
    facts.note = known->note;
  }
  absl::StatusOr<std::shared_ptr<const ModuleNodes>> module =
      ModuleNodes::Make(facts.number, facts.first_node, facts.nodes_address, facts.nodes);
  if (!module.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(facts.path, ": ", module.status().message()));
  }
  facts_.emplace_back(next_node_, std::shared_ptr<const trace::NodeFacts>(known, &known->facts));
  origins_.Add(known->origins);
  ++count_;
  next_node_ += static_cast<uint32_t>((*module)->nodes.size());
  nodes_ = nodes_->With(loaded.process, *std::move(module));
  switches_[Place(loaded.process, loaded.place)] = {.module = facts.number,
                                                    .address = entry.nodes_address,
                                                    .nodes_image = {known, &known->nodes},
                                                    .facts = {known, &known->facts}};
  if (!loaded.switches_path.empty()) {
    const auto places = trace::ParseNodes(facts.nodes);
    const absl::Status status =
        WriteSwitches(loaded.switches_path, plan_.MakeImage(facts.nodes, *places, known->facts));
    if (!status.ok()) {
      absl::StrAppend(&facts.note, status.message());
      warnings_.push_back(absl::StrCat(facts.path, " is not recorded: ", status.message()));
    }
  }
  return ModuleNote(std::move(facts));
}

// Whether what lies at the entry's addresses already means this binary.
bool Modules::IsThere(const scope_module_entry& entry, const Loaded& loaded,
                      const std::shared_ptr<Known>& known) const {
  const Switches* before = Find(loaded.process, loaded.place);
  if (known == nullptr || known->build_id.empty() || before == nullptr ||
      before->nodes_image.get() != &known->nodes || before->address != entry.nodes_address) {
    return false;
  }
  const ModuleNodes* module = nodes_->Find(loaded.process, entry.nodes_address);
  return module != nullptr && module->number == before->module;
}

absl::StatusOr<Note> Modules::AddDeclared(DeclaredModule& module, uint32_t process) {
  const absl::StatusOr<std::shared_ptr<const ModuleNodes>> made =
      ModuleNodes::Make(count_, next_node_, module.address, module.nodes);
  if (!made.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(module.path, ": ", made.status().message()));
  }
  ModuleFacts facts{.number = count_,
                    .process = process,
                    .path = module.path,
                    .build_id = "",
                    .first_node = next_node_,
                    .nodes_address = module.address,
                    .nodes = module.nodes,
                    .maps = module.number == kNoMapsFrom ? module.maps : "",
                    .maps_from = module.number,
                    .note = ""};
  facts_.emplace_back(next_node_, module.facts);
  origins_.Add(OriginsOf(module.nodes));
  if (module.number == kNoMapsFrom) module.number = count_;
  ++count_;
  next_node_ += static_cast<uint32_t>((*made)->nodes.size());
  nodes_ = nodes_->With(process, *made);
  return ModuleNote(std::move(facts));
}

std::string Modules::Describe(uint32_t node) const {
  const NodeOrigin& origin = origins_[node];
  trace::Node filled;
  auto facts = facts_.end();
  while (facts != facts_.begin() && (--facts)->first > node) {
  }
  if (facts == facts_.end() || !facts->second->Fill(origin.id, origin.function_id, filled)) {
    return absl::StrCat("node ", absl::Hex(origin.id, absl::kZeroPad16));
  }
  const bool is_call = origin.kind == kScopeEventEnter || origin.kind == kScopeEventExit;
  return absl::StrCat(is_call || filled.name.empty() ? filled.function->name : filled.name, " ",
                      filled.file.substr(filled.file.rfind('/') + 1), ":", filled.line);
}

const Modules::NodeOrigin& Modules::Origins::operator[](size_t number) const {
  const auto behind =
      std::upper_bound(modules_.begin(), modules_.end(), number,
                       [](size_t wanted, const auto& module) { return wanted < module.first; });
  const auto& [first, nodes] = *std::prev(behind);
  return (*nodes)[number - first];
}

void Modules::Origins::Add(std::shared_ptr<const std::vector<NodeOrigin>> nodes) {
  if (nodes->empty()) return;
  const size_t first = std::exchange(size_, size_ + nodes->size());
  modules_.emplace_back(first, std::move(nodes));
}

void Modules::Forget(uint32_t process) {
  nodes_ = nodes_->Without(process);
  absl::erase_if(switches_, [&](const auto& item) { return ProcessOf(item.first) == process; });
}

const Modules::Switches* Modules::Find(uint32_t process, uint32_t place) const {
  const auto found = switches_.find(Place(process, place));
  return found == switches_.end() ? nullptr : &found->second;
}

// From the file, if it is the one that was loaded. Its path is what the process calls it.
absl::Status Modules::Read(const scope_module_entry& entry, uint32_t pid, ModuleFacts& facts) {
  const auto is_same = [&](const absl::StatusOr<trace::Binary>& binary) {
    return binary.ok() && binary->nodes_image.size() == entry.nodes_bytes &&
           binary->build_id == absl::BytesToHexString(facts.build_id);
  };
  absl::StatusOr<trace::Binary> binary = trace::ReadBinary(facts.path);
  if (!is_same(binary)) {
    auto inside = trace::ReadBinary(absl::StrCat("/proc/", pid, "/root", facts.path));
    if (is_same(inside)) binary = std::move(inside);
  }
  if (is_same(binary)) {
    facts.nodes = std::move(binary->nodes_image);
    facts.maps = std::move(binary->maps_image);
    if (facts.maps.empty()) facts.note = "it has no AST map: it was stripped";
    return absl::OkStatus();
  }
  facts.note = binary.ok() ? absl::StrCat(facts.path, " is not the file that was loaded")
                           : std::string(binary.status().message());
  absl::StatusOr<std::string> image = ReadMemory(pid, entry.nodes_address, entry.nodes_bytes);
  if (!image.ok()) {
    return absl::UnavailableError(absl::StrCat("the events of ", facts.path, " have no meaning: ",
                                               facts.note, ", ", image.status().message()));
  }
  facts.nodes = *std::move(image);
  return absl::OkStatus();
}

absl::Status Modules::WriteSwitches(const std::string& path, const std::string& switches) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return absl::UnavailableError(absl::StrCat("cannot select: ", path, ": ", strerror(errno)));
  }
  size_t written = 0;
  while (written < switches.size()) {
    const ssize_t n = write(descriptor, switches.data() + written, switches.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    written += static_cast<size_t>(n);
  }
  close(descriptor);
  if (written == switches.size()) return absl::OkStatus();
  unlink(path.c_str());
  return absl::ResourceExhaustedError(absl::StrCat("cannot select: no room for ", path));
}

}  // namespace scope::pipeline
