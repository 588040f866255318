#include "sdk/trace/elf_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace scope::trace {
namespace {

constexpr uint64_t kSectionBytesMax = uint64_t{1} << 31;
constexpr uint64_t kNoteBytesMax = 1 << 20;

constexpr uint64_t Pad4(uint64_t bytes) { return (bytes + 3) & ~uint64_t{3}; }

// The description of the GNU build-id note among `notes`; empty when there is none.
absl::string_view FindBuildId(absl::string_view notes) {
  while (notes.size() >= sizeof(Elf64_Nhdr)) {
    Elf64_Nhdr note;
    std::memcpy(&note, notes.data(), sizeof(note));
    const uint64_t description = sizeof(note) + Pad4(note.n_namesz);
    if (description + note.n_descsz > notes.size()) return {};
    if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
        std::memcmp(notes.data() + sizeof(note), "GNU", 4) == 0) {
      return notes.substr(description, note.n_descsz);
    }
    if (description + Pad4(note.n_descsz) > notes.size()) return {};
    notes.remove_prefix(description + Pad4(note.n_descsz));
  }
  return {};
}

}  // namespace

absl::StatusOr<ElfFile> ElfFile::Open(const std::string& path) {
  return OpenPart(path, path, 0, ~uint64_t{0});
}

absl::StatusOr<ElfFile> ElfFile::OpenPart(const std::string& path, const std::string& name,
                                          uint64_t offset, uint64_t bytes) {
  ElfFile file(name, open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.descriptor_ < 0) {
    const std::string message = absl::StrCat(name, ": ", std::strerror(errno));
    return errno == ENOENT || errno == ENOTDIR ? absl::NotFoundError(message)
                                               : absl::PermissionDeniedError(message);
  }
  struct stat status;
  if (fstat(file.descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) {
    return file.Malformed("it is no regular file");
  }
  const auto all = static_cast<uint64_t>(status.st_size);
  if (offset > all) return file.Malformed("it is cut off");
  file.first_ = offset;
  file.bytes_ = std::min(bytes, all - offset);
  if (absl::Status headers = file.ReadSectionHeaders(); !headers.ok()) return headers;
  return file;
}

ElfFile::ElfFile(ElfFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      first_(other.first_),
      bytes_(other.bytes_),
      sections_(std::move(other.sections_)),
      names_(std::move(other.names_)) {}

ElfFile::~ElfFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

absl::Status ElfFile::Malformed(absl::string_view what) const {
  return absl::InvalidArgumentError(absl::StrCat(path_, " is no 64-bit ELF file: ", what));
}

bool ElfFile::ReadBytes(uint64_t offset, void* data, uint64_t bytes) const {
  if (offset > bytes_ || bytes > bytes_ - offset) return false;
  auto* out = static_cast<char*>(data);
  while (bytes > 0) {
    const ssize_t n = pread(descriptor_, out, bytes, static_cast<off_t>(first_ + offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    out += n;
    offset += static_cast<uint64_t>(n);
    bytes -= static_cast<uint64_t>(n);
  }
  return true;
}

absl::Status ElfFile::ReadSectionHeaders() {
  Elf64_Ehdr header;
  if (!ReadBytes(0, &header, sizeof(header)) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
      header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB) {
    return Malformed("its first bytes say so");
  }
  if (header.e_shoff == 0) return absl::OkStatus();  // fully stripped
  if (header.e_shentsize != sizeof(Elf64_Shdr)) return Malformed("odd section headers");
  Elf64_Shdr first;
  if (!ReadBytes(header.e_shoff, &first, sizeof(first))) return Malformed("it is cut off");
  // More than 65,279 sections: the numbers are in the first section's header.
  const uint64_t count = header.e_shnum != 0 ? header.e_shnum : first.sh_size;
  const uint64_t names = header.e_shstrndx != SHN_XINDEX ? header.e_shstrndx : first.sh_link;
  if (count > bytes_ / sizeof(Elf64_Shdr)) return Malformed("too many sections");
  sections_.resize(count);
  if (!ReadBytes(header.e_shoff, sections_.data(), count * sizeof(Elf64_Shdr))) {
    return Malformed("it is cut off");
  }
  if (names >= count) return absl::OkStatus();
  absl::StatusOr<std::string> text = Read(sections_[names]);
  if (!text.ok()) return text.status();
  names_ = *std::move(text);
  return absl::OkStatus();
}

absl::string_view ElfFile::NameOf(const Elf64_Shdr& section) const {
  if (section.sh_name >= names_.size()) return {};
  const absl::string_view rest = absl::string_view(names_).substr(section.sh_name);
  return rest.substr(0, rest.find('\0'));
}

const Elf64_Shdr* ElfFile::Find(absl::string_view name) const {
  for (const Elf64_Shdr& section : sections_) {
    if (NameOf(section) == name) return &section;
  }
  return nullptr;
}

absl::StatusOr<std::string> ElfFile::ReadAll(absl::string_view name, size_t align) const {
  std::string all;
  for (const Elf64_Shdr& section : sections_) {
    if (NameOf(section) != name) continue;
    const absl::StatusOr<std::string> bytes = Read(section);
    if (!bytes.ok()) return bytes.status();
    all.append(*bytes);
    all.resize((all.size() + align - 1) / align * align);
  }
  return all;
}

absl::StatusOr<std::vector<ElfFile::Symbol>> ElfFile::DefinedSymbols() const {
  std::vector<Symbol> defined_symbols;
  for (const Elf64_Shdr& section : sections_) {
    if (section.sh_type != SHT_SYMTAB || section.sh_link >= sections_.size()) continue;
    const absl::StatusOr<std::string> symbols = Read(section);
    if (!symbols.ok()) return symbols.status();
    const absl::StatusOr<std::string> names = Read(sections_[section.sh_link]);
    if (!names.ok()) return names.status();
    for (size_t at = 0; at + sizeof(Elf64_Sym) <= symbols->size(); at += sizeof(Elf64_Sym)) {
      Elf64_Sym symbol;
      std::memcpy(&symbol, symbols->data() + at, sizeof(symbol));
      const bool defined = symbol.st_shndx != SHN_UNDEF && symbol.st_name < names->size();
      const auto type = ELF64_ST_TYPE(symbol.st_info);
      if (!defined || (type != STT_FUNC && type != STT_OBJECT)) continue;
      defined_symbols.push_back({names->c_str() + symbol.st_name, type == STT_FUNC});
    }
  }
  return defined_symbols;
}

absl::StatusOr<std::string> ElfFile::Read(const Elf64_Shdr& section) const {
  if (section.sh_type == SHT_NOBITS) return std::string();
  if ((section.sh_flags & SHF_COMPRESSED) != 0) return Malformed("a section of ours is compressed");
  if (section.sh_offset > bytes_ || section.sh_size > bytes_ - section.sh_offset ||
      section.sh_size > kSectionBytesMax) {
    return Malformed("a section lies outside the file");
  }
  std::string bytes(section.sh_size, '\0');
  if (!ReadBytes(section.sh_offset, bytes.data(), bytes.size())) return Malformed("it is cut off");
  return bytes;
}

std::string ElfFile::BuildId() const {
  for (const Elf64_Shdr& section : sections_) {
    if (section.sh_type != SHT_NOTE || section.sh_size > kNoteBytesMax) continue;
    const absl::StatusOr<std::string> notes = Read(section);
    if (!notes.ok()) continue;
    const absl::string_view id = FindBuildId(*notes);
    if (!id.empty()) return absl::BytesToHexString(id);
  }
  return "";
}

}  // namespace scope::trace
