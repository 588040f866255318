// scope index: the nodes of a project's files, made from compile_commands.json without compiling.

#include <thread>

#include "tools/arguments.h"
#include "tools/exit_codes.h"
#include "tools/indexer.h"
#include "tools/say.h"
#include "tools/verbs.h"

namespace scope::tools {

int Index(const Words& args) {
  IndexRequest request;
  std::optional<uint64_t> jobs;
  Arguments arguments("index", "index -p BUILD_DIR [FILES] [OPTIONS]",
                      "Makes the AST maps of files without compiling them, with the same ids.\n"
                      "What did not change since the last time is not made again. 'scope nodes' "
                      "lists them.");
  arguments.Text("-p,--build", "DIR", "the folder of compile_commands.json", &request.build_folder);
  arguments.Text("-o,--output", "DIR", "the index (BUILD_DIR/scope-index)", &request.output);
  arguments.Count("-j,--jobs", "files at a time (one a processor)", &jobs);
  arguments.List("--option", "KEY=VALUE", "as --scope-KEY=VALUE of scope c++; may be repeated",
                 &request.options);
  arguments.Flag("-q,--quiet", "say nothing about what went well", &request.quiet);
  arguments.Positionals(&request.files);
  arguments.Example("scope index -p build", "every file of the project");
  arguments.Example("scope nodes build/scope-index -F 'Parser::*'", "and what is in it");
  if (const auto exit_code = arguments.Parse(args)) return *exit_code;
  if (request.build_folder.empty()) {
    return Fail(kExitUsage, "index needs -p DIR, the folder of compile_commands.json");
  }
  if (request.output.empty()) request.output = request.build_folder + "/scope-index";
  request.jobs = jobs.value_or(std::max(1u, std::thread::hardware_concurrency()));
  return RunIndexer(request);
}

}  // namespace scope::tools
