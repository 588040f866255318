#include "compiler_plugin/ast_map/source_text.h"

#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/Support/Compression.h"
#include "llvm/Support/xxhash.h"

namespace scope::compiler_plugin {
namespace {

constexpr int kZstdLevel = 3;

SourceInfo MakeSource(uint32_t file, llvm::StringRef text, SourceText wanted) {
  SourceInfo source{
      .file = file, .hash = llvm::xxh3_64bits(text), .bytes = text.size(), .text = ""};
  if (wanted != SourceText::kText || !llvm::compression::zstd::isAvailable()) return source;
  llvm::SmallVector<uint8_t, 0> packed;
  llvm::compression::zstd::compress(llvm::arrayRefFromStringRef(text), packed, kZstdLevel);
  source.text.assign(packed.begin(), packed.end());
  return source;
}

}  // namespace

void AddSources(clang::CompilerInstance& compiler, Unit& unit, SourceText wanted) {
  if (wanted == SourceText::kOff) return;
  llvm::BitVector used(unit.list.files.size());
  for (const NodeInfo& node : unit.list.nodes) {
    used.set(node.place.file);
    if (!node.macro.empty()) used.set(node.spelling.file);
  }
  clang::SourceManager& sources = compiler.getSourceManager();
  for (unsigned file : used.set_bits()) {
    const auto entry =
        compiler.getFileManager().getOptionalFileRef(unit.places.opened_files()[file]);
    if (!entry) continue;
    const auto buffer = sources.getMemoryBufferForFileOrNone(*entry);
    if (!buffer) continue;
    unit.list.sources.push_back(MakeSource(file, buffer->getBuffer(), wanted));
  }
}

}  // namespace scope::compiler_plugin
