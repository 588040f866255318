#include "runtime/cold/binary_identity.h"

#include <elf.h>
#include <limits.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

namespace scope::runtime {
namespace {

struct Search {
  uintptr_t address;
  scope_module_entry* entry;
};

void CopyText(char* out, uint64_t bytes, const char* text) {
  const uint64_t length = strnlen(text, bytes - 1);
  memcpy(out, text, length);
  out[length] = '\0';
}

bool Contains(const dl_phdr_info& info, uintptr_t address) {
  for (int i = 0; i < info.dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = info.dlpi_phdr[i];
    const uintptr_t begin = info.dlpi_addr + header.p_vaddr;
    if (header.p_type == PT_LOAD && address >= begin && address - begin < header.p_memsz) {
      return true;
    }
  }
  return false;
}

void ReadBuildId(const char* note, const char* end, scope_module_entry& entry) {
  while (note + sizeof(ElfW(Nhdr)) <= end) {
    ElfW(Nhdr) header;
    memcpy(&header, note, sizeof(header));
    const char* const name = note + sizeof(header);
    const char* const content = name + ((header.n_namesz + 3) & ~3u);
    const char* const next = content + ((header.n_descsz + 3) & ~3u);
    if (next > end) return;
    if (header.n_type == NT_GNU_BUILD_ID && header.n_namesz == 4 && memcmp(name, "GNU", 4) == 0) {
      const uint32_t bytes = header.n_descsz < sizeof(entry.build_id)
                                 ? header.n_descsz
                                 : static_cast<uint32_t>(sizeof(entry.build_id));
      memcpy(entry.build_id, content, bytes);
      entry.build_id_bytes = bytes;
      return;
    }
    note = next;
  }
}

int Visit(dl_phdr_info* info, size_t, void* context) {
  const Search& search = *static_cast<Search*>(context);
  if (!Contains(*info, search.address)) return 0;
  scope_module_entry& entry = *search.entry;
  if (info->dlpi_name == nullptr || info->dlpi_name[0] == '\0') {
    ReadExecutablePath(entry.path, sizeof(entry.path));
  } else {
    char absolute[PATH_MAX];
    const char* found = realpath(info->dlpi_name, absolute);
    CopyText(entry.path, sizeof(entry.path), found != nullptr ? found : info->dlpi_name);
  }
  for (int i = 0; i < info->dlpi_phnum && entry.build_id_bytes == 0; ++i) {
    const ElfW(Phdr)& header = info->dlpi_phdr[i];
    if (header.p_type != PT_NOTE) continue;
    const char* const notes = reinterpret_cast<const char*>(info->dlpi_addr + header.p_vaddr);
    ReadBuildId(notes, notes + header.p_memsz, entry);
  }
  return 1;
}

}  // namespace

void IdentifyBinary(const void* address, scope_module_entry& entry) {
  Search search = {reinterpret_cast<uintptr_t>(address), &entry};
  dl_iterate_phdr(Visit, &search);
}

void ReadExecutablePath(char* out, uint64_t bytes) {
  const ssize_t length = readlink("/proc/self/exe", out, bytes - 1);
  out[length > 0 ? length : 0] = '\0';
  if (length > 0) return;
  // A changed root need not have /proc.
  char absolute[PATH_MAX];
  const char* const started = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
  if (started == nullptr) return;
  const char* const found = realpath(started, absolute);
  CopyText(out, bytes, found != nullptr ? found : started);
}

}  // namespace scope::runtime
