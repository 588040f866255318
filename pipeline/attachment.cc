#include "pipeline/attachment.h"

#include <elf.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "pipeline/reachable.h"
#include "scope/trace/binary.h"
#include "scope/wire/ring.h"
#include "sdk/trace/elf_file.h"

namespace scope::pipeline {
namespace {

constexpr uint64_t kBoxAlign = 16;
// What a memory allocator is made of, for the loader.
constexpr const char* kAllocatorFunctions[] = {"malloc", "calloc", "realloc", "free"};

std::string ProcPath(uint32_t pid, const char* name) {
  return absl::StrCat("/proc/", pid, "/", name);
}

std::string ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// One line of /proc/PID/maps.
struct Mapping {
  uint64_t begin = 0;
  uint64_t end = 0;
  uint64_t offset = 0;
  uint64_t inode = 0;
  bool is_code = false;
  std::string path;
};

bool ParseMapping(absl::string_view line, Mapping& mapping) {
  // begin-end perms offset device inode path
  const std::vector<absl::string_view> words = absl::StrSplit(line, absl::MaxSplits(' ', 5));
  if (words.size() < 6) return false;
  const std::vector<absl::string_view> range = absl::StrSplit(words[0], '-');
  mapping.path = std::string(absl::StripLeadingAsciiWhitespace(words[5]));
  mapping.is_code = absl::StrContains(words[1], 'x');
  return range.size() == 2 && absl::SimpleHexAtoi(range[0], &mapping.begin) &&
         absl::SimpleHexAtoi(range[1], &mapping.end) &&
         absl::SimpleHexAtoi(words[2], &mapping.offset) &&
         absl::SimpleAtoi(words[4], &mapping.inode);
}

bool IsRing(const std::string& path) {
  return absl::StartsWith(path, "/dev/shm/scope-") && absl::StrContains(path, "/ring-");
}

// The runtime of another build of scope, which an earlier recording has loaded: it cannot be there
// twice. `own`: the inode of ours.
bool IsOtherRuntime(const Mapping& mapping, uint64_t own) {
  const std::string name = mapping.path.substr(mapping.path.rfind('/') + 1);
  return absl::StartsWith(name, "libscope_rt.so") && mapping.inode != own;
}

absl::StatusOr<bool> DefinesAllocator(const trace::ElfFile& file) {
  const Elf64_Shdr* const symbols = file.Find(".dynsym");
  const Elf64_Shdr* const names = file.Find(".dynstr");
  if (symbols == nullptr || names == nullptr) return false;
  const auto table = file.Read(*symbols);
  const auto text = file.Read(*names);
  if (!table.ok()) return table.status();
  if (!text.ok()) return text.status();
  for (size_t at = 0; at + sizeof(Elf64_Sym) <= table->size(); at += sizeof(Elf64_Sym)) {
    Elf64_Sym symbol;
    memcpy(&symbol, table->data() + at, sizeof(symbol));
    if (symbol.st_shndx == SHN_UNDEF || symbol.st_name >= text->size()) continue;
    const absl::string_view name = text->c_str() + symbol.st_name;
    for (const char* function : kAllocatorFunctions) {
      if (name == function) return true;
    }
  }
  return false;
}

bool IsOfLibc(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  return absl::StartsWith(name, "libc.so") || absl::StartsWith(name, "libc-") ||
         absl::StartsWith(name, "ld-linux") || absl::StartsWith(name, "ld-");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Attachment>> Attachment::Find(uint32_t pid,
                                                             const std::string& runtime_path) {
  if (absl::Status status = CheckReachable(pid); !status.ok()) return status;
  auto memory = ProcessMemory::Open(pid);
  if (!memory.ok()) return WhyUnreachable(pid);
  std::unique_ptr<Attachment> attachment(new Attachment(pid, *std::move(memory)));
  char path[4096];
  const ssize_t length = readlink(ProcPath(pid, "exe").c_str(), path, sizeof(path));
  attachment->executable_ = length > 0 ? std::string(path, static_cast<size_t>(length)) : "?";
  if (absl::Status status = attachment->FindTargets(runtime_path); !status.ok()) return status;
  return attachment;
}

absl::Status Attachment::FindTargets(const std::string& runtime_path) {
  struct stat runtime = {};
  (void)stat(runtime_path.c_str(), &runtime);
  std::vector<Mapping> mappings;
  const std::string text = ReadText(ProcPath(pid_, "maps"));
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    Mapping mapping;
    if (!ParseMapping(line, mapping)) continue;
    if (IsOtherRuntime(mapping, runtime.st_ino)) {
      return absl::FailedPreconditionError(
          absl::StrCat("process ", pid_, " has been recorded by another build of scope (",
                       mapping.path, "): attach with that one, or start the program anew"));
    }
    if (absl::StrContains(mapping.path, "/ld-musl-")) {
      return absl::FailedPreconditionError(absl::StrCat(
          "process ", pid_, " runs with musl and cannot be recorded: the runtime needs glibc"));
    }
    if (IsRing(mapping.path) && mapping.offset == 0) old_rings_.push_back(mapping.begin);
    if (absl::StartsWith(mapping.path, "/")) mappings.push_back(std::move(mapping));
  }
  if (text.empty()) return WhyUnreachable(pid_);
  for (size_t i = 0; i < mappings.size();) {
    const Mapping& first = mappings[i];
    uint64_t code_begin = 0;
    uint64_t code_end = 0;
    size_t next = i;
    for (; next < mappings.size() && mappings[next].path == first.path &&
           (next == i || mappings[next].offset != 0);
         ++next) {
      if (!mappings[next].is_code) continue;
      if (code_begin == 0) code_begin = mappings[next].begin;
      code_end = mappings[next].end;
    }
    i = next;
    if (first.offset != 0 || code_begin == 0) continue;
    const bool is_executable = first.path == executable_;
    const std::string openable =
        is_executable ? ProcPath(pid_, "exe") : absl::StrCat(ProcPath(pid_, "root"), first.path);
    absl::Status status = LookAtFile(first.path, openable, first.begin, code_begin, code_end);
    if (!status.ok()) return status;
  }
  if (!targets_.empty() || !reporters_.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("process ", pid_, " (", executable_,
                   ") has no instrumented code. Compile it with 'scope c++' (or -fplugin=scope)."));
}

absl::Status Attachment::LookAtFile(const std::string& path, const std::string& openable,
                                    uint64_t base, uint64_t code_begin, uint64_t code_end) {
  const auto file = trace::ElfFile::Open(openable);
  if (!file.ok()) return absl::OkStatus();
  const Elf64_Shdr* const nodes = file->Find(SCOPE_NODES_SECTION);
  const Elf64_Shdr* const box = file->Find(SCOPE_ATTACH_SECTION);
  const Elf64_Shdr* const registered = file->Find(SCOPE_REGISTERED_SECTION);
  const auto allocates = DefinesAllocator(*file);
  const bool is_allocator = allocates.ok() && *allocates && !IsOfLibc(path);
  const Elf64_Shdr* const reports = file->Find(SCOPE_REPORT_SECTION);
  // The first segment of an executable that is not relocatable says where it lies itself.
  std::ifstream header_file(openable, std::ios::binary);
  Elf64_Ehdr header = {};
  header_file.read(reinterpret_cast<char*>(&header), sizeof(header));
  const uint64_t bias = header.e_type == ET_EXEC ? 0 : base;
  if (reports != nullptr && !is_allocator) {
    reporters_.Add(memory_, path, bias + reports->sh_addr, reports->sh_size);
  }
  if (nodes == nullptr) {
    if (is_allocator) allocators_.push_back({.begin = code_begin, .end = code_end});
    return absl::OkStatus();
  }
  if (is_allocator) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is instrumented and is the memory allocator of process ", pid_,
                     ": the runtime cannot be loaded safely; start it with 'scope run'"));
  }
  if (box == nullptr || box->sh_size < sizeof(scope_attach_box)) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " was compiled by a scope that could not attach: compile it anew"));
  }
  if (path == executable_) {
    const auto binary = trace::ReadBinary(openable);
    if (binary.ok() && binary->is_static) {
      return absl::FailedPreconditionError(
          absl::StrCat(path,
                       " is statically linked and cannot be recorded. Link it without "
                       "-static."));
    }
  }
  auto image = file->Read(*nodes);
  if (!image.ok()) return image.status();
  Target target{.path = path,
                .box = bias + box->sh_addr,
                .registered = registered == nullptr ? 0 : bias + registered->sh_addr,
                .nodes = bias + nodes->sh_addr,
                .image = *std::move(image),
                .wanted = {}};
  scope_attach_box now;
  if (target.box % kBoxAlign != 0 || !ReadBox(target, now) || !IsThere(target)) {
    return absl::OkStatus();  // Another file than the one that was loaded, or it is gone.
  }
  targets_.push_back(std::move(target));
  return absl::OkStatus();
}

bool Attachment::ReadBox(const Target& target, scope_attach_box& box) const {
  return memory_.Read(target.box, reinterpret_cast<char*>(&box), sizeof(box)).ok() &&
         box.magic == SCOPE_ATTACH_MAGIC && box.layout == SCOPE_ATTACH_LAYOUT;
}

bool Attachment::IsThere(const Target& target) const {
  std::string now(target.image.size(), '\0');
  if (!memory_.Read(target.nodes, now.data(), now.size()).ok()) return false;
  const auto places = trace::ParseNodes(target.image);
  return places.ok() && IsSameTable(now, target.image, *places);
}

absl::Status Attachment::Ask(const std::string& folder, const Selection& selection) {
  if (allocators_.size() > SCOPE_ATTACH_RANGES) {
    return absl::FailedPreconditionError("the program has too many memory allocators");
  }
  scope_attach_box request = {.magic = SCOPE_ATTACH_MAGIC,
                              .layout = SCOPE_ATTACH_LAYOUT,
                              .state = kScopeAttachNone,
                              .pid = pid_,
                              .reason = 0,
                              .allocators = {},
                              .session = {}};
  std::copy(allocators_.begin(), allocators_.end(), request.allocators);
  strncpy(request.session, folder.c_str(), sizeof(request.session) - 1);
  absl::Status status = EndOldRings();
  for (Target& target : targets_) {
    if (status.ok()) status = AskTarget(target, request, selection);
  }
  if (status.ok()) status = reporters_.Ask(memory_, request);
  if (!status.ok()) {
    Release();
    return status;
  }
  for (const Target& target : targets_) {
    SetRegistered(target, 1);
    SetSwitches(target, target.wanted, SCOPE_SWITCH_ON);
  }
  return absl::OkStatus();
}

absl::Status Attachment::AskTarget(Target& target, const scope_attach_box& request,
                                   const Selection& selection) const {
  scope_attach_box box;
  if (!ReadBox(target, box)) return absl::OkStatus();
  if (box.state == kScopeAttachTaken) {
    return absl::FailedPreconditionError(
        absl::StrCat("process ", pid_, " is just being attached to"));
  }
  const uint32_t asked = kScopeAttachAsked;
  absl::Status status =
      memory_.Write(target.box, reinterpret_cast<const char*>(&request), sizeof(request));
  status.Update(memory_.Write(target.box + offsetof(scope_attach_box, state),
                              reinterpret_cast<const char*>(&asked), sizeof(asked)));
  const auto places = trace::ParseNodes(target.image);
  auto binary = trace::ReadBinary(target.path);
  const trace::NodeFacts facts = trace::NodeFacts::FromMaps(binary.ok() ? binary->maps_image : "");
  for (const trace::NodePlace& place : *places) {
    if (selection.StateOf(trace::NodeAt(place, facts)).on) {
      target.wanted.push_back(place.switch_offset);
    }
  }
  std::sort(target.wanted.begin(), target.wanted.end());
  return status;
}

// A thread that took part in an earlier recording may have room left in its ring, and would go on
// there unseen: its next event shall look for the request.
absl::Status Attachment::EndOldRings() const {
  for (const uint64_t ring : old_rings_) {
    scope_ring_header header;
    const absl::Status status =
        memory_.Read(ring, reinterpret_cast<char*>(&header), sizeof(header));
    if (!status.ok() || header.magic != SCOPE_RING_MAGIC) continue;
    const uint64_t end = header.cursor.cur;
    const absl::Status written =
        memory_.Write(ring + offsetof(scope_ring_header, cursor) + offsetof(scope_cursor, end),
                      reinterpret_cast<const char*>(&end), sizeof(end));
    if (!written.ok()) return written;
  }
  return absl::OkStatus();
}

absl::StatusOr<AttachState> Attachment::Look() {
  auto state = reporters_.Look(memory_);
  for (const Target& target : targets_) {
    scope_attach_box box;
    if (!ReadBox(target, box)) continue;
    if (box.state == kScopeAttachFailed) return WhyNotJoined(target.path, box.reason);
    if (box.state == kScopeAttachDone && state.ok()) state = AttachState::kJoined;
    // The runtime of an earlier recording may just have switched everything off.
    if (box.state == kScopeAttachAsked) SetSwitches(target, target.wanted, SCOPE_SWITCH_ON);
  }
  return state;
}

// The memory that was opened goes with the program; a process that ends has no program any more.
bool Attachment::IsAnotherProgram() const {
  const uint64_t known = targets_.empty() ? reporters_.first_box() : targets_.front().box;
  char byte;
  char path[8];
  return !memory_.Read(known, &byte, sizeof(byte)).ok() &&
         readlink(ProcPath(pid_, "exe").c_str(), path, sizeof(path)) > 0;
}

void Attachment::Release() {
  reporters_.Release(memory_);
  for (const Target& target : targets_) {
    scope_attach_box box;
    if (!ReadBox(target, box)) continue;
    std::vector<uint32_t> all;
    const auto places = trace::ParseNodes(target.image);
    for (const trace::NodePlace& place : *places) all.push_back(place.switch_offset);
    std::sort(all.begin(), all.end());
    SetSwitches(target, all, SCOPE_SWITCH_OFF);
    SetRegistered(target, 0);
    if (box.state != kScopeAttachAsked) continue;
    const uint32_t none = kScopeAttachNone;
    (void)memory_.Write(target.box + offsetof(scope_attach_box, state),
                        reinterpret_cast<const char*>(&none), sizeof(none));
  }
}

void Attachment::SetRegistered(const Target& target, char value) const {
  if (target.registered == 0 || !IsThere(target)) return;
  (void)memory_.Write(target.registered, &value, sizeof(value));
}

// Only what stands the other way is written.
void Attachment::SetSwitches(const Target& target, const std::vector<uint32_t>& offsets,
                             char value) const {
  if (!IsThere(target)) return;
  std::string now(target.image.size(), '\0');
  if (!memory_.Read(target.nodes, now.data(), now.size()).ok()) return;
  for (size_t i = 0; i < offsets.size();) {
    size_t end = i + 1;
    while (end < offsets.size() && offsets[end] == offsets[end - 1] + 1) ++end;
    const std::string run(end - i, value);
    if (now.compare(offsets[i], run.size(), run) != 0 &&
        !memory_.Write(target.nodes + offsets[i], run.data(), run.size()).ok()) {
      return;
    }
    i = end;
  }
}

}  // namespace scope::pipeline
