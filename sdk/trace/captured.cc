#include "scope/trace/captured.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

namespace scope::trace {
namespace {

// Beyond what any writer makes.
constexpr size_t kBytesMax = 1 << 16;
constexpr int kDepthMax = 64;

class Parser {
 public:
  explicit Parser(absl::string_view bytes) : bytes_(bytes.substr(0, kBytesMax)) {}

  Captured Value(int depth) {
    Captured value;
    const std::optional<uint8_t> tag = Byte();
    if (!tag || depth > kDepthMax) return Broken();
    value.tag = static_cast<scope_captured_tag>(*tag);
    switch (value.tag) {
      case kScopeCapturedFalse:
      case kScopeCapturedNothing:
      case kScopeCapturedValueless:
      case kScopeCapturedNull:
      case kScopeCapturedMore:
      case kScopeCapturedRedacted:
        return value;
      case kScopeCapturedTrue:
        value.number = 1;
        return value;
      case kScopeCapturedSigned:
        value.number = Zigzag();
        break;
      case kScopeCapturedUnsigned:
      case kScopeCapturedChar:
      case kScopeCapturedPointer:
      case kScopeCapturedOpaque:
        value.number = Number();
        break;
      case kScopeCapturedF32:
        value.floating = Raw<float>();
        break;
      case kScopeCapturedF64:
        value.floating = Raw<double>();
        break;
      case kScopeCapturedF80:
        value.floating = static_cast<double>(LongDouble());
        break;
      case kScopeCapturedI128:
      case kScopeCapturedU128:
        value.number = Raw<uint64_t>();
        value.high = Raw<uint64_t>();
        break;
      case kScopeCapturedText:
      case kScopeCapturedBits:
        value.number = Number();
        value.text = Name();
        value.cut = value.text.size() < value.number;
        break;
      case kScopeCapturedSequence:
      case kScopeCapturedMap:
        value.number = Number() - 1;
        Group(value, depth);
        break;
      case kScopeCapturedTuple:
      case kScopeCapturedRecord:
        Group(value, depth);
        break;
      case kScopeCapturedAlternative:
        value.number = Number();
        value.in.push_back(Value(depth + 1));
        break;
      case kScopeCapturedType:
        value.text = Name();
        break;
      case kScopeCapturedTyped:
      case kScopeCapturedException:
        value.text = Name();
        value.in.push_back(Value(depth + 1));
        break;
      case kScopeCapturedSome:
      case kScopeCapturedPointsTo:
      case kScopeCapturedTimePoint:
      case kScopeCapturedUnexpected:
        value.in.push_back(Value(depth + 1));
        break;
      case kScopeCapturedDuration:
        value.number = Number();
        value.high = Number();
        value.in.push_back(Value(depth + 1));
        break;
      case kScopeCapturedErrorCode:
        value.text = Name();
        value.number = Zigzag();
        break;
      default:
        return Broken();
    }
    // A name or number that is only half there.
    if (broken_ && value.in.empty() && value.text.empty()) value = Captured();
    return value;
  }

 private:
  Captured Broken() {
    broken_ = true;
    at_ = bytes_.size();
    return Captured();
  }

  std::optional<uint8_t> Byte() {
    if (at_ >= bytes_.size()) {
      broken_ = true;
      return std::nullopt;
    }
    return static_cast<uint8_t>(bytes_[at_++]);
  }

  uint64_t Number() {
    uint64_t number = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      const std::optional<uint8_t> byte = Byte();
      if (!byte) return 0;
      if (shift < 64) number |= static_cast<uint64_t>(*byte & 0x7f) << shift;
      if (*byte < 0x80) return number;
    }
    Broken();
    return 0;
  }

  uint64_t Zigzag() {
    const uint64_t coded = Number();
    return (coded >> 1) ^ (0 - (coded & 1));
  }

  absl::string_view Bytes(uint64_t count) {
    const size_t left = bytes_.size() - at_;
    if (count > left) {
      broken_ = true;
      count = left;
    }
    const absl::string_view bytes = bytes_.substr(at_, count);
    at_ += count;
    return bytes;
  }

  std::string Name() { return std::string(Bytes(Number())); }

  template <typename T>
  T Raw() {
    T value{};
    const absl::string_view bytes = Bytes(sizeof(T));
    if (bytes.size() == sizeof(T)) std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
  }

  long double LongDouble() {
    long double value = 0;
    const absl::string_view bytes = Bytes(10);
    if (bytes.size() == 10) std::memcpy(&value, bytes.data(), 10);
    return value;
  }

  void Group(Captured& group, int depth) {
    while (true) {
      if (at_ >= bytes_.size()) {
        broken_ = true;
        group.cut = true;
        return;
      }
      const auto next = static_cast<uint8_t>(bytes_[at_]);
      if (group.tag == kScopeCapturedRecord && (next == 0 || next == kScopeCapturedMore)) {
        // A name is never empty, so 0 is the End; More is told from a length by what follows it.
        if (next == 0 || at_ + 1 >= bytes_.size() || bytes_[at_ + 1] == kScopeCapturedEnd) {
          group.cut = next != 0;
          at_ += next != 0 && at_ + 1 < bytes_.size() ? 2 : 1;
          return;
        }
      } else if (next == kScopeCapturedEnd) {
        ++at_;
        return;
      }
      std::string name = group.tag == kScopeCapturedRecord ? Name() : "";
      Captured value = Value(depth + 1);
      value.name = std::move(name);
      if (value.tag == kScopeCapturedMore) group.cut = true;
      const bool whole = value.tag != kScopeCapturedMore || !value.name.empty();
      if (whole) group.in.push_back(std::move(value));
    }
  }

  const absl::string_view bytes_;
  size_t at_ = 0;
  bool broken_ = false;
};

}  // namespace

Captured ReadCaptured(absl::string_view bytes) { return Parser(bytes).Value(0); }

}  // namespace scope::trace
