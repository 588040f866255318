/* scope/report_cxx.h - the C++ side of scope/report.h: values of any type, and guards.
 *
 * Path:    SCOPE_VALUE, SCOPE_ZONE, SCOPE_FUNCTION -> THIS -> scope/report_api.h
 * Threads: a guard belongs to the thread that made it.
 * Stable:  source. C++11 and later.
 */
#ifndef SCOPE_REPORT_CXX_H_
#define SCOPE_REPORT_CXX_H_

#include "scope/report_context.h"

#ifdef __cplusplus
#ifdef __GNUC__
#pragma GCC system_header
#endif

#include <cstring>
#include <exception>
#include <type_traits>

namespace scope {
namespace report {

/* The scope_value_type of a C++ type; None for what cannot be reported. */
template <typename T, typename Enable = void>
struct TypeOf : std::integral_constant<uint8_t, kScopeValueNone> {};
template <>
struct TypeOf<bool> : std::integral_constant<uint8_t, kScopeValueBool> {};
template <>
struct TypeOf<char> : std::integral_constant<uint8_t, kScopeValueChar> {};
template <>
struct TypeOf<float> : std::integral_constant<uint8_t, kScopeValueF32> {};
template <>
struct TypeOf<double> : std::integral_constant<uint8_t, kScopeValueF64> {};
template <>
struct TypeOf<const char*> : std::integral_constant<uint8_t, kScopeValueText> {};
template <>
struct TypeOf<char*> : std::integral_constant<uint8_t, kScopeValueText> {};
template <>
struct TypeOf<std::nullptr_t> : std::integral_constant<uint8_t, kScopeValuePointer> {};
template <typename T>
struct TypeOf<
    T*, typename std::enable_if<!std::is_same<typename std::remove_cv<T>::type, char>::value>::type>
    : std::integral_constant<uint8_t, kScopeValuePointer> {};
template <typename T>
struct TypeOf<T, typename std::enable_if<std::is_integral<T>::value && sizeof(T) <= 8>::type>
    : std::integral_constant<
          uint8_t, static_cast<uint8_t>((std::is_signed<T>::value ? kScopeValueI8 : kScopeValueU8) +
                                        (sizeof(T) >= 2) + (sizeof(T) >= 4) + (sizeof(T) >= 8))> {};
template <typename T>
struct TypeOf<T, typename std::enable_if<std::is_enum<T>::value>::type>
    : TypeOf<typename std::underlying_type<T>::type> {};
/* std::string, std::string_view and what else is characters with a length. */
template <typename T>
struct TypeOf<
    T, typename std::enable_if<
           std::is_class<T>::value &&
           std::is_convertible<decltype(std::declval<const T&>().data()), const char*>::value &&
           std::is_convertible<decltype(std::declval<const T&>().size()), size_t>::value>::type>
    : std::integral_constant<uint8_t, kScopeValueText> {};

inline void Text(scope_site* site, const char* text) {
  if (text != nullptr) scope_api_table->bytes(site, text, std::strlen(text));
}
template <typename T>
typename std::enable_if<std::is_class<T>::value>::type Text(scope_site* site, const T& text) {
  scope_api_table->bytes(site, text.data(), text.size());
}

template <typename T>
typename std::enable_if<std::is_floating_point<T>::value, uint64_t>::type Bits(T value) {
  const double wide = static_cast<double>(value);
  uint64_t bits;
  std::memcpy(&bits, &wide, sizeof(bits));
  return bits;
}
template <typename T>
typename std::enable_if<std::is_integral<T>::value || std::is_enum<T>::value, uint64_t>::type Bits(
    T value) {
  return static_cast<uint64_t>(value);
}
template <typename T>
uint64_t Bits(T* value) {
  return reinterpret_cast<uintptr_t>(value);
}
inline uint64_t Bits(std::nullptr_t) { return 0; }

template <typename T>
void Put(scope_site* site, const T& value, std::true_type) {
  Text(site, value);
}
template <typename T>
void Put(scope_site* site, const T& value, std::false_type) {
  scope_api_table->value(site, Bits(value));
}

/* What SCOPE_VALUE calls. */
template <typename T>
void Value(scope_site* site, const T& value) {
  typedef typename std::decay<T>::type Plain;
  if (!scope_wants(site)) return;
  static_assert(TypeOf<Plain>::value != kScopeValueNone,
                "scope: values of this type cannot be reported; report its parts");
  Put(site, value, std::integral_constant<bool, TypeOf<Plain>::value == kScopeValueText>());
}

/* Enters now and leaves at the end of the block, by whatever way. */
class Zone {
 public:
  explicit Zone(scope_site* site) noexcept
      : correlation_(scope_wants(site) ? scope_api_table->enter(site) : 0),
        exceptions_(correlation_ != 0 ? Exceptions() : 0) {}
  ~Zone() {
    if (correlation_ == 0) return;
    scope_api_table->exit(correlation_,
                          Exceptions() > exceptions_ ? kScopeExitUnwind : kScopeExitReturn);
  }
  Zone(const Zone&) = delete;
  Zone& operator=(const Zone&) = delete;
  scope_correlation correlation() const { return correlation_; }

 private:
  static int Exceptions() noexcept {
#if defined(__cpp_lib_uncaught_exceptions) || __cplusplus >= 201703L
    return std::uncaught_exceptions();
#else
    return std::uncaught_exception() ? 1 : 0;
#endif
  }

  scope_correlation correlation_;
  int exceptions_;
};

/* While it lives, nothing of this thread that is reported by hand is recorded. */
class Disabled {
 public:
  Disabled() noexcept { scope_disable_thread(); }
  ~Disabled() { scope_enable_thread(); }
  Disabled(const Disabled&) = delete;
  Disabled& operator=(const Disabled&) = delete;
};

/* While it lives, the thread works on what was captured elsewhere. */
class Adopted {
 public:
  Adopted(const scope_context& context, scope_site* site) noexcept
      : adopted_(scope_context_adopt(&context, site)) {}
  ~Adopted() { scope_context_release(adopted_); }
  Adopted(const Adopted&) = delete;
  Adopted& operator=(const Adopted&) = delete;

 private:
  int adopted_;
};

}  // namespace report
}  // namespace scope

#endif /* __cplusplus */
#endif /* SCOPE_REPORT_CXX_H_ */
