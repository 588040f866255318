#include "tools/checks.h"

#include <stdio.h>
#include <sys/statvfs.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "pipeline/clock_source.h"
#include "scope/trace/binary.h"
#include "tools/compilers.h"
#include "tools/install_paths.h"
#include "viewers/terminal/units.h"

namespace scope::tools {
namespace {

constexpr char kPluginFile[] = "scope-clang19.so";
constexpr uint64_t kMemoryMin = uint64_t{64} << 20;
constexpr uint64_t kDiskMin = uint64_t{256} << 20;

// The first line that a shell command writes to its standard output.
std::string FirstLine(const std::string& command) {
  std::string line;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return line;
  for (int c = fgetc(pipe); c != EOF; c = fgetc(pipe)) {
    if (c == '\n') break;
    line += static_cast<char>(c);
  }
  while (fgetc(pipe) != EOF) {
  }
  pclose(pipe);
  return line;
}

Check CheckSpace(const char* what, const std::string& path, uint64_t least, const char* advice) {
  struct statvfs space = {};
  if (statvfs(path.c_str(), &space) != 0) {
    return {what, absl::StrCat("no ", path), false, advice};
  }
  const uint64_t free_bytes = uint64_t{space.f_bavail} * space.f_frsize;
  const bool ok = free_bytes >= least;
  return {
      what,
      absl::StrCat(path == "/dev/shm" ? "/dev/shm " : "", viewers::BytesText(free_bytes), " free"),
      ok, ok ? "" : advice};
}

}  // namespace

Check CheckCompiler() {
  const std::string compiler = CxxCompiler();
  // The version travels in an argument of its own: the compiler's name is not read by the shell.
  setenv("SCOPE_DOCTOR_CXX", compiler.c_str(), 1);
  const std::string line = FirstLine("\"$SCOPE_DOCTOR_CXX\" --version 2>/dev/null");
  const size_t at = line.find("clang version ");
  if (at == std::string::npos) {
    return {"compiler", absl::StrCat("no ", compiler), false,
            "apt-get install clang-19, or set SCOPE_CXX"};
  }
  const std::string version = line.substr(at + 14, line.find(' ', at + 14) - (at + 14));
  const bool ok = version.rfind("19.", 0) == 0;
  return {"compiler", absl::StrCat("clang ", version), ok,
          ok ? "" : "scope's plugin is for clang 19: apt-get install clang-19, or set SCOPE_CXX"};
}

Check CheckPlugin() {
  const auto path = PluginPath();
  if (!path.ok()) return {"plugin", "not found", false, std::string(path.status().message())};
  const auto binary = trace::ReadBinary(*path);
  if (!binary.ok()) return {"plugin", *path, false, std::string(binary.status().message())};
  std::error_code error;
  // The file that clang loads looks for the real plugin beside itself.
  const auto folder = std::filesystem::canonical(*path, error).parent_path();
  if (!std::filesystem::exists(folder / kPluginFile, error)) {
    return {"plugin", *path, false,
            absl::StrCat((folder / kPluginFile).string(), " is missing: install scope completely")};
  }
  const bool bare = std::filesystem::exists("/usr/lib/llvm-19/lib/scope", error);
  return {"plugin", absl::StrCat("scope ", SCOPE_VERSION, " for clang 19"), true,
          bare ? "found as -fplugin=scope" : absl::StrCat("found as -fplugin=", *path)};
}

Check CheckRuntime() {
  const auto path = RuntimePath();
  if (!path.ok()) return {"runtime", "not found", false, std::string(path.status().message())};
  const auto binary = trace::ReadBinary(*path);
  if (!binary.ok()) return {"runtime", *path, false, std::string(binary.status().message())};
  return {"runtime", std::filesystem::path(*path).filename().string(), true, ""};
}

Check CheckClock() {
  const auto chosen = pipeline::ChooseClockSource(getenv("SCOPE_CLOCK"));
  if (!chosen.ok()) return {"clock", "none", false, std::string(chosen.status().message())};
  if (chosen->source == kScopeClockSourceCounter) return {"clock", "time stamp counter", true, ""};
  return {"clock",
          absl::StrCat("the system's clock",
                       chosen->why.empty() ? ", because SCOPE_CLOCK says so" : ": " + chosen->why),
          true, ""};
}

Check CheckMemory() {
  return CheckSpace("memory", "/dev/shm", kMemoryMin,
                    "rings live there: make it larger, or record with a small --ring");
}

Check CheckDisk(const std::string& directory) {
  return CheckSpace("disk", directory, kDiskMin, "record with -d on another disk");
}

}  // namespace scope::tools
