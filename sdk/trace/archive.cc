#include "sdk/trace/archive.h"

#include <ar.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace scope::trace {
namespace {

constexpr char kThinMagic[] = "!<thin>\n";
constexpr uint64_t kNamesBytesMax = uint64_t{1} << 28;

absl::string_view Field(const char* text, size_t size) {
  const absl::string_view field(text, size);
  return field.substr(0, field.find_last_not_of(' ') + 1);
}

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path), file_(path, std::ios::binary) {}

  absl::StatusOr<std::vector<ArchiveMember>> Read() {
    char magic[SARMAG] = {};
    file_.read(magic, SARMAG);
    thin_ = std::memcmp(magic, kThinMagic, SARMAG) == 0;
    uint64_t at = SARMAG;
    ar_hdr header;
    while (file_.seekg(static_cast<std::streamoff>(at)) &&
           file_.read(reinterpret_cast<char*>(&header), sizeof(header))) {
      if (std::memcmp(header.ar_fmag, ARFMAG, 2) != 0) return Malformed("a member's header");
      const std::string size_text(Field(header.ar_size, sizeof(header.ar_size)));
      const uint64_t bytes = std::strtoull(size_text.c_str(), nullptr, 10);
      at += sizeof(header);
      if (!Add(Field(header.ar_name, sizeof(header.ar_name)), at, bytes)) {
        return Malformed("a member's name");
      }
      if (!thin_ || inline_) at += bytes + bytes % 2;
    }
    return std::move(members_);
  }

 private:
  absl::Status Malformed(absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat(path_, ": ", what, " makes no sense"));
  }

  bool Add(absl::string_view name, uint64_t at, uint64_t bytes) {
    inline_ = name == "/" || name == "//" || name == "/SYM64/";
    if (name == "//") {
      if (bytes > kNamesBytesMax) return false;
      long_names_.resize(bytes);
      return static_cast<bool>(file_.read(long_names_.data(), static_cast<std::streamsize>(bytes)));
    }
    if (inline_) return true;
    std::string plain(name.substr(0, name.rfind('/')));
    if (name[0] == '/') {
      const uint64_t offset = std::strtoull(std::string(name.substr(1)).c_str(), nullptr, 10);
      if (offset >= long_names_.size()) return false;
      plain = long_names_.substr(offset, long_names_.find("/\n", offset) - offset);
    }
    const bool absolute = !plain.empty() && plain[0] == '/';
    members_.push_back({.name = absl::StrCat(path_, "(", plain, ")"),
                        .path = !thin_     ? path_
                                : absolute ? plain
                                           : FolderOf(path_) + plain,
                        .offset = thin_ ? 0 : at,
                        .bytes = bytes});
    return true;
  }

  const std::string& path_;
  std::ifstream file_;
  bool thin_ = false;
  bool inline_ = false;  // The last member lies in the archive although it is thin.
  std::string long_names_;
  std::vector<ArchiveMember> members_;
};

}  // namespace

bool IsArchive(const std::string& path) {
  char magic[SARMAG] = {};
  std::ifstream(path, std::ios::binary).read(magic, SARMAG);
  return std::memcmp(magic, ARMAG, SARMAG) == 0 || std::memcmp(magic, kThinMagic, SARMAG) == 0;
}

absl::StatusOr<std::vector<ArchiveMember>> ArchiveMembers(const std::string& path) {
  return Reader(path).Read();
}

}  // namespace scope::trace
