// elf_file.h - the sections and the build id of an ELF64 file.
//
// Path:    ELF file -> THIS -> ReadBinary
// Threads: a value.
// Fails:   absl::Status that names the file. Offsets and sizes are checked before use.

#pragma once

#include <elf.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace scope::trace {

class ElfFile {
 public:
  // NotFound: no such file. InvalidArgument: no ELF file for a little-endian 64-bit machine.
  static absl::StatusOr<ElfFile> Open(const std::string& path);
  // The same for one that lies inside another file; `name` is what errors call it.
  static absl::StatusOr<ElfFile> OpenPart(const std::string& path, const std::string& name,
                                          uint64_t offset, uint64_t bytes);
  ElfFile(ElfFile&& other) noexcept;
  ElfFile& operator=(ElfFile&&) = delete;
  ~ElfFile();

  // Null: the file has no such section.
  const Elf64_Shdr* Find(absl::string_view name) const;

  // The section's bytes. InvalidArgument when they lie outside the file.
  absl::StatusOr<std::string> Read(const Elf64_Shdr& section) const;

  // The bytes of all sections of this name, each padded with zeros to a multiple of `align`: an
  // object has one for each group that the linker may leave out.
  absl::StatusOr<std::string> ReadAll(absl::string_view name, size_t align) const;

  struct Symbol {
    std::string name;
    bool is_function = false;
  };

  // The functions and objects that the file defines; none when it has no symbol table.
  absl::StatusOr<std::vector<Symbol>> DefinedSymbols() const;

  // Hexadecimal; empty when the file has none.
  std::string BuildId() const;

 private:
  ElfFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  absl::Status ReadSectionHeaders();
  absl::string_view NameOf(const Elf64_Shdr& section) const;
  bool ReadBytes(uint64_t offset, void* data, uint64_t bytes) const;
  absl::Status Malformed(absl::string_view what) const;

  std::string path_;
  int descriptor_;
  uint64_t first_ = 0;  // of its bytes in the file
  uint64_t bytes_ = 0;
  std::vector<Elf64_Shdr> sections_;
  std::string names_;
};

}  // namespace scope::trace
