// scope-index19: the AST maps of a project's files, made from compile_commands.json without
// compiling.
//
// Each file is a process of its own: what makes the parser fail costs that file alone.

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <map>

#include "compiler_plugin/index/commands.h"
#include "compiler_plugin/index/index_folder.h"
#include "compiler_plugin/index/make_map.h"
#include "compiler_plugin/matchers.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/raw_ostream.h"

namespace scope::compiler_plugin {
namespace {

namespace cl = llvm::cl;

cl::opt<std::string> build_folder("p", cl::desc("folder of compile_commands.json"), cl::Required);
cl::opt<std::string> output("o", cl::desc("folder of the index"), cl::Required);
cl::opt<unsigned> jobs("j", cl::desc("files at a time"), cl::init(1));
cl::list<std::string> extra("option", cl::desc("an option of the plugin, key=value"));
cl::opt<bool> quiet("q", cl::desc("say nothing about what went well"));
cl::list<std::string> files(cl::Positional, cl::desc("FILES"));

constexpr int kFailed = 1;

int Fail(llvm::Error error) {
  llvm::errs() << "scope: " << llvm::toString(std::move(error)) << "\n";
  return kFailed;
}

// Options and matchers that make no sense are said once, not for each file.
llvm::Error Check(const std::vector<std::string>& arguments) {
  llvm::Expected<Options> options = ParseOptions(arguments);
  if (!options) return options.takeError();
  Matches matches;
  for (const std::string& text : options->match) {
    if (llvm::Error error = matches.Add("match", text, false)) return error;
  }
  for (const std::string& text : options->arm) {
    if (llvm::Error error = matches.Add("arm", text, true)) return error;
  }
  return llvm::Error::success();
}

// In a process of its own.
int IndexFile(IndexFolder& folder, const Command& command) {
  if (chdir(command.compile.Directory.c_str()) != 0) {
    return Fail(OptionError(command.compile.Directory + ": there is no such folder"));
  }
  llvm::Expected<Options> options = ParseOptions(command.options);
  if (!options) return Fail(options.takeError());
  const std::optional<FileIndex> index = MakeMap(command, *options);
  if (!index) return Fail(OptionError(command.file + " cannot be read; it is not in the index"));
  if (llvm::Error error = folder.Write(folder.NameOf(command), *index, options->config_path)) {
    return Fail(std::move(error));
  }
  return 0;
}

class Workers {
 public:
  explicit Workers(unsigned max) : max_(std::max(1u, max)) {}

  void Start(IndexFolder& folder, const Command& command) {
    if (running_.size() == max_) WaitForOne();
    llvm::outs().flush();
    const pid_t child = fork();
    if (child == 0) _exit(IndexFile(folder, command));
    if (child < 0) {
      ++failed_;
    } else {
      running_[child] = command.file;
    }
  }

  unsigned Finish() {
    while (!running_.empty()) WaitForOne();
    return failed_;
  }

 private:
  void WaitForOne() {
    int status = 0;
    const pid_t child = wait(&status);
    if (child < 0 && errno == EINTR) return;
    if (WIFSIGNALED(status)) {
      llvm::errs() << "scope: " << running_[child] << ": the parser was killed by signal "
                   << WTERMSIG(status) << "\n";
    }
    if (status != 0) ++failed_;
    running_.erase(child);
  }

  const unsigned max_;
  unsigned failed_ = 0;
  std::map<pid_t, std::string> running_;
};

int Run() {
  llvm::Expected<std::vector<Command>> commands =
      ReadCommands(build_folder, {files.begin(), files.end()});
  if (!commands) return Fail(commands.takeError());
  if (llvm::Error error = Check({extra.begin(), extra.end()})) return Fail(std::move(error));
  llvm::SmallString<256> absolute(output);
  llvm::sys::fs::make_absolute(absolute);
  IndexFolder folder(absolute.str().str());
  if (llvm::Error error = folder.Create()) return Fail(std::move(error));
  Workers workers(jobs);
  llvm::StringSet<> names;
  unsigned current = 0;
  for (Command& command : *commands) {
    command.options.insert(command.options.end(), extra.begin(), extra.end());
    const std::string name = folder.NameOf(command);
    if (!names.insert(name).second) continue;
    if (folder.IsCurrent(name)) {
      ++current;
    } else {
      workers.Start(folder, command);
    }
  }
  const unsigned failed = workers.Finish();
  if (files.empty()) folder.RemoveOthers(names);
  if (!quiet) {
    llvm::errs() << "scope: " << names.size() - current - failed << " files indexed, " << current
                 << " unchanged, " << failed << " failed; 'scope nodes " << output
                 << "' lists their nodes\n";
  }
  return failed == 0 ? 0 : kFailed;
}

}  // namespace
}  // namespace scope::compiler_plugin

int main(int argc, char** argv) {
  llvm::cl::ParseCommandLineOptions(argc, argv);
  return scope::compiler_plugin::Run();
}
