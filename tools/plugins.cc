// scope plugins: which ingestors, sinks and viewers there are.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tools/arguments.h"
#include "tools/exit_codes.h"
#include "tools/output.h"
#include "tools/plugin_files.h"
#include "tools/verbs.h"
#include "viewers/terminal/json_text.h"
#include "viewers/terminal/printable.h"
#include "viewers/terminal/table.h"

namespace scope::tools {
namespace {

std::string Json(const std::vector<FoundPlugin>& plugins) {
  std::string text;
  for (const FoundPlugin& plugin : plugins) {
    absl::StrAppend(&text, "{\"kind\": ", viewers::JsonString(plugin.kind),
                    ", \"name\": ", viewers::JsonString(plugin.name),
                    ", \"path\": ", viewers::JsonString(plugin.path),
                    ", \"summary\": ", viewers::JsonString(plugin.summary), ", \"error\": ",
                    plugin.error.empty() ? "null" : viewers::JsonString(plugin.error), "}\n");
  }
  return text;
}

std::string Text(const std::vector<FoundPlugin>& plugins) {
  size_t width = 0;
  for (const FoundPlugin& plugin : plugins) width = std::max(width, plugin.name.size());
  std::string text;
  for (const FoundPlugin& plugin : plugins) {
    absl::StrAppend(
        &text, plugin.kind, std::string(10 - plugin.kind.size(), ' '), plugin.name,
        std::string(width + 2 - plugin.name.size(), ' '),
        viewers::Printable(plugin.error.empty() ? plugin.summary
                                                : absl::StrCat("cannot be used: ", plugin.error)),
        "\n");
  }
  return text.empty() ? "none; docs/plugins.md says how one is made\n" : text;
}

}  // namespace

int Plugins(const Words& args) {
  bool json = false;
  Arguments arguments("plugins", "plugins [--json]",
                      "The ingestors, sinks and viewers in the folders of SCOPE_PLUGIN_PATH, in\n"
                      "~/.local/lib/scope/plugins and in scope's own.");
  arguments.Flag("--json", "for programs: one JSON object a line", &json);
  arguments.Example("scope plugins", "with a line about each");
  arguments.Example("SCOPE_PLUGIN_PATH=build scope plugins", "those of a project, too");
  if (const auto exit_code = arguments.Parse(args)) return *exit_code;
  const std::vector<FoundPlugin> plugins = AllPlugins();
  Output output(Output::Paging::kNever);
  output.Write(json ? Json(plugins) : Text(plugins));
  const bool ok = std::all_of(plugins.begin(), plugins.end(),
                              [](const FoundPlugin& plugin) { return plugin.error.empty(); });
  return output.Finish(ok ? kExitOk : kExitFailure);
}

}  // namespace scope::tools
