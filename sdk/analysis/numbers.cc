#include "sdk/analysis/numbers.h"

#include <algorithm>
#include <cstring>

namespace scope::analysis {
namespace {

template <typename Number>
long double FromBytes(const trace::Event& event) {
  Number number = 0;
  std::memcpy(&number, event.bytes.data(), std::min(event.bytes.size(), sizeof(number)));
  return static_cast<long double>(number);
}

}  // namespace

bool NumberOf(const trace::Event& event, long double& number) {
  switch (event.node->value_type) {
    case kScopeValueI8:
    case kScopeValueI16:
    case kScopeValueI32:
    case kScopeValueI64:
    case kScopeValueChar:
      number = static_cast<int64_t>(event.bits);
      return true;
    case kScopeValueBool:
    case kScopeValueU8:
    case kScopeValueU16:
    case kScopeValueU32:
    case kScopeValueU64:
    case kScopeValuePointer:
      number = event.bits;
      return true;
    case kScopeValueF32:
    case kScopeValueF64: {
      double value;
      std::memcpy(&value, &event.bits, sizeof(value));
      number = value;
      return true;
    }
    case kScopeValueI128:
      number = FromBytes<__int128>(event);
      return true;
    case kScopeValueU128:
      number = FromBytes<unsigned __int128>(event);
      return true;
    case kScopeValueLongDouble:
      number = FromBytes<long double>(event);
      return true;
    default:
      return false;
  }
}

}  // namespace scope::analysis
