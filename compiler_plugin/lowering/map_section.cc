#include "compiler_plugin/lowering/map_section.h"

#include "llvm/ADT/StringExtras.h"
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

void AppendBytes(std::string& text, llvm::StringRef bytes) {
  text.reserve(text.size() + bytes.size() * 3);
  for (size_t at = 0; at < bytes.size(); at += kBytesPerLine) {
    text += "\t.ascii \"";
    for (const unsigned char byte : bytes.substr(at, kBytesPerLine)) AppendEscaped(text, byte);
    text += "\"\n";
  }
}

}  // namespace

void EmitMapSection(llvm::Module& module, llvm::StringRef bytes) {
  std::string text = "\t.pushsection " SCOPE_MAP_SECTION ",\"\",@progbits\n";
  AppendBytes(text, bytes);
  text += "\t.popsection\n";
  module.appendModuleInlineAsm(text);
}

void EmitSourceSection(llvm::Module& module, uint64_t key, llvm::StringRef bytes) {
  const std::string name = llvm::utohexstr(key, /*LowerCase=*/true);
  const std::string seen = ".Lscope_source." + name;
  // Link-time optimisation makes one module of several, which may hold the file twice.
  std::string text = "\t.ifndef " + seen + "\n\t.set " + seen + ", 1\n";
  // "R": no symbol refers to it, and --gc-sections must not take that for a reason.
  text += "\t.pushsection " SCOPE_SOURCE_SECTION ",\"GR\",@progbits,__scope_source." + name +
          ",comdat\n";
  AppendBytes(text, bytes);
  text += "\t.popsection\n\t.endif\n";
  module.appendModuleInlineAsm(text);
}

}  // namespace scope::compiler_plugin
