// scope export: a trace in another form.

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tools/arguments.h"
#include "tools/exit_codes.h"
#include "tools/say.h"
#include "tools/verbs.h"
#include "tools/verify_trace.h"
#include "viewers/terminal/units.h"

namespace scope::tools {
namespace {

constexpr size_t kPieceBytes = 1 << 20;

std::string Errno(const std::string& path) {
  return absl::StrCat(path, ": ", std::strerror(errno));
}

bool WriteAll(int descriptor, const char* data, size_t bytes) {
  while (bytes > 0) {
    const ssize_t n = write(descriptor, data, bytes);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    data += n;
    bytes -= static_cast<size_t>(n);
  }
  return true;
}

// The first `bytes` of a file. Empty: done; otherwise what went wrong.
std::string Copy(const std::string& from, int source, const std::string& to, int target,
                 uint64_t bytes) {
  std::vector<char> piece(kPieceBytes);
  while (bytes > 0) {
    const ssize_t n = read(source, piece.data(), std::min<uint64_t>(piece.size(), bytes));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Errno(from);
    if (n == 0) return absl::StrCat(from, ": it became shorter");
    if (!WriteAll(target, piece.data(), static_cast<size_t>(n))) return Errno(to);
    bytes -= static_cast<uint64_t>(n);
  }
  return fsync(target) == 0 ? "" : Errno(to);
}

// The file appears whole or not at all.
std::string CopyWhole(const std::string& from, const std::string& to, uint64_t bytes) {
  struct stat a;
  struct stat b;
  if (stat(from.c_str(), &a) == 0 && stat(to.c_str(), &b) == 0 && a.st_dev == b.st_dev &&
      a.st_ino == b.st_ino) {
    return absl::StrCat(to, " is the trace itself; give another file");
  }
  const int source = open(from.c_str(), O_RDONLY | O_CLOEXEC);
  if (source < 0) return Errno(from);
  const std::string part = absl::StrCat(to, ".", getpid(), ".part");
  const int target = open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  std::string error = target < 0 ? Errno(to) : Copy(from, source, to, target, bytes);
  close(source);
  if (target >= 0 && close(target) != 0 && error.empty()) error = Errno(to);
  if (error.empty() && rename(part.c_str(), to.c_str()) != 0) error = Errno(to);
  if (!error.empty() && target >= 0) unlink(part.c_str());
  return error;
}

}  // namespace

int Export(const Words& args) {
  std::string directory = "scope.data";
  std::string format;
  std::optional<std::string> file;
  Arguments arguments(
      "export", "export --to bundle FILE [-d DIR]",
      "Writes a trace, as far as it is whole, into one file that every verb opens\n"
      "with -d FILE. It holds all that is needed to read it, the source text, too.");
  arguments.Text("-d,--dir", "DIR", "the trace (scope.data)", &directory);
  arguments.Text("--to", "FORMAT", "bundle", &format);
  arguments.Positional(&file);
  arguments.Example("scope export --to bundle crash.scope",
                    "and elsewhere: scope replay -d crash.scope");
  if (const auto exit_code = arguments.Parse(args)) return *exit_code;
  if (format != "bundle") {
    return Fail(kExitUsage, format.empty() ? "--to is missing: --to bundle FILE"
                                           : absl::StrCat("there is no format '", format,
                                                          "' (--to): it can be bundle"));
  }
  if (!file.has_value()) return Fail(kExitUsage, "the file is missing: --to bundle FILE");
  const auto found = ReadWhole(directory);
  if (!found.ok()) return Fail(kExitFailure, found.status().message());
  if (found->blocks == 0) return Fail(kExitFailure, absl::StrCat(found->file, ": ", found->bad));
  if (!found->bad.empty()) {
    Say(absl::StrCat(directory, ": ", found->bad, "; what comes before it is in the bundle"));
  }
  const std::string error = CopyWhole(found->file, *file, found->bytes);
  if (!error.empty()) return Fail(kExitFailure, error);
  Say(absl::StrCat(*file, ": ", viewers::CountText(found->events, "event"), " in ",
                   viewers::BytesText(found->bytes)));
  return kExitOk;
}

}  // namespace scope::tools
