#include "compiler_plugin/lowering/map_section.h"

#include "llvm/IR/Module.h"
#include "scope/node.h"

namespace scope::compiler_plugin {
namespace {

constexpr size_t kBytesPerLine = 512;

void AppendEscaped(std::string& text, unsigned char byte) {
  if (byte >= ' ' && byte < 0x7f && byte != '"' && byte != '\\') {
    text += static_cast<char>(byte);
    return;
  }
  text += '\\';
  for (int shift = 6; shift >= 0; shift -= 3) text += static_cast<char>('0' + (byte >> shift & 7));
}

}  // namespace

void EmitMapSection(llvm::Module& module, llvm::StringRef bytes) {
  std::string text = "\t.pushsection " SCOPE_MAP_SECTION ",\"\",@progbits\n";
  text.reserve(bytes.size() * 3);
  for (size_t at = 0; at < bytes.size(); at += kBytesPerLine) {
    text += "\t.ascii \"";
    for (const unsigned char byte : bytes.substr(at, kBytesPerLine)) AppendEscaped(text, byte);
    text += "\"\n";
  }
  text += "\t.popsection\n";
  module.appendModuleInlineAsm(text);
}

}  // namespace scope::compiler_plugin
