// scope/capture/shapes.h - tells what a type is by what it can do, without its header.
//
// Path:   a type -> THIS -> scope/capture/put.h
// Only types of libraries that are known to look without effects are asked: of a class of the
// program even size() may do anything. Part of scope/capture.h.
#ifndef SCOPE_CAPTURE_SHAPES_H_
#define SCOPE_CAPTURE_SHAPES_H_

#include "scope/capture/writer.h"

#pragma GCC system_header

#if defined(__cplusplus) && __cplusplus >= 201103L

namespace __scope {

template <class T>
const T& Of() noexcept;
template <class...>
struct Void {
  typedef void type;
};
template <class T>
struct Plain {
  typedef T type;
};
template <class T>
struct Plain<T&> : Plain<T> {};
template <class T>
struct Plain<T&&> : Plain<T> {};
template <class T>
struct Plain<const T> : Plain<T> {};
template <class T>
struct Plain<volatile T> : Plain<T> {};
template <class T>
struct Plain<const volatile T> : Plain<T> {};
struct No {
  static constexpr bool value = false;
};
struct Yes {
  static constexpr bool value = true;
};
template <class T, class U>
struct Same : No {};
template <class T>
struct Same<T, T> : Yes {};
template <bool kValue, class T = int>
struct If {};
template <class T>
struct If<true, T> {
  typedef T type;
};

constexpr bool StartsWith(const char* text, const char* start) {
  return *start == 0 || (*text == *start && StartsWith(text + 1, start + 1));
}
constexpr const char* AfterEquals(const char* text) {
  return *text == 0 ? text : *text == '=' ? text + 2 : AfterEquals(text + 1);
}
constexpr bool IsKnownLibrary(const char* type) {
  return (StartsWith(type, "std::") && !StartsWith(type, "std::ranges::")) ||
         StartsWith(type, "absl::");
}
template <class T>
constexpr bool IsOfKnownLibrary() {
  return IsKnownLibrary(AfterEquals(__PRETTY_FUNCTION__));
}

// X(Name, what a const T has to be able to do)
#define SCOPE_SHAPES(X)                                                                      \
  X(Data, decltype(*Of<T>().data()), decltype(Of<T>().size()))                               \
  X(Native, decltype(Of<T>().native().data()), decltype(Of<T>().native().size()))            \
  X(Range, decltype(*Of<T>().begin()), decltype(Of<T>().begin() != Of<T>().end()))           \
  X(Size, decltype(Of<T>().size()))                                                          \
  X(Map, typename T::mapped_type, typename T::key_type)                                      \
  X(Pair, decltype(Of<T>().first), decltype(Of<T>().second), typename T::first_type)         \
  X(Optional, decltype(Of<T>().has_value()), decltype(*Of<T>()))                             \
  X(Expected, decltype(Of<T>().has_value()), decltype(Of<T>().error()))                      \
  X(Variant, decltype(Of<T>().index()), decltype(Of<T>().valueless_by_exception()))          \
  X(Get, decltype(Of<T>().get()), typename T::type)                                          \
  X(Owner, decltype(Of<T>().get()), typename T::element_type)                                \
  X(What, decltype(Of<T>().what()))                                                          \
  X(Duration, decltype(Of<T>().count()), decltype(T::period::num), decltype(T::period::den)) \
  X(TimePoint, decltype(Of<T>().time_since_epoch()))                                         \
  X(ErrorCode, decltype(Of<T>().category().name()), decltype(Of<T>().value()))               \
  X(Atomic, decltype(Of<T>().load()), decltype(Of<T>().is_lock_free()))                      \
  X(Bitset, decltype(Of<T>().to_ullong()), decltype(Of<T>().any()))                          \
  X(Complex, decltype(Of<T>().real()), decltype(Of<T>().imag()))                             \
  X(Type, decltype(Of<T>().name()), decltype(Of<T>().hash_code()))

#define X(Name, ...)               \
  template <class T, class = void> \
  struct Has##Name : No {};        \
  template <class T>               \
  struct Has##Name<T, typename Void<__VA_ARGS__>::type> : Yes {};
SCOPE_SHAPES(X)
#undef X
#undef SCOPE_SHAPES

template <class T>
struct IsCharacter : No {};
template <>
struct IsCharacter<char> : Yes {};
template <>
struct IsCharacter<wchar_t> : Yes {};
template <>
struct IsCharacter<char16_t> : Yes {};
template <>
struct IsCharacter<char32_t> : Yes {};
#if defined(__cpp_char8_t)
template <>
struct IsCharacter<char8_t> : Yes {};
#endif

// So that get<0>(x) is a template's call wherever this is read; the real ones are found by type.
template <Size kIndex>
void get(No);
template <Size kIndex>
void get_if(No);

template <class T>
struct Elements {
  static constexpr Size count = 0;
};
template <template <class...> class Template, class... Types>
struct Elements<Template<Types...>> {
  static constexpr Size count = sizeof...(Types);
};

// An empty tuple has no element 0, and to ask for it is an error.
template <class T, class = void>
struct HasElements : No {};
template <class T>
struct HasElements<
    T, typename Void<typename If<!__is_empty(T)>::type, decltype(get<0>(Of<T>()))>::type> : Yes {};

enum class Shape {
  kNone,
  kText,
  kPath,
  kMap,
  kSequence,
  kPair,
  kExpected,
  kOptional,
  kVariant,
  kOwner,
  kReference,
  kException,
  kDuration,
  kTimePoint,
  kErrorCode,
  kAtomic,
  kBitset,
  kComplex,
  kTuple,
  kType,
  kEmpty
};

template <class T, bool kHasData>
struct IsTextual : No {};
template <class T>
struct IsTextual<T, true> : IsCharacter<typename Plain<decltype(*Of<T>().data())>::type> {};

// The order matters: a path is a range of paths, an array is a tuple.
template <class T>
constexpr Shape ShapeOf() {
  return HasNative<T>::value                        ? Shape::kPath
         : IsTextual<T, HasData<T>::value>::value   ? Shape::kText
         : HasBitset<T>::value                      ? Shape::kBitset
         : HasRange<T>::value && HasMap<T>::value   ? Shape::kMap
         : HasRange<T>::value && !HasPair<T>::value ? Shape::kSequence
         : HasWhat<T>::value                        ? Shape::kException
         : HasPair<T>::value                        ? Shape::kPair
         : HasExpected<T>::value                    ? Shape::kExpected
         : HasOptional<T>::value                    ? Shape::kOptional
         : HasVariant<T>::value                     ? Shape::kVariant
         : HasOwner<T>::value                       ? Shape::kOwner
         : HasDuration<T>::value                    ? Shape::kDuration
         : HasTimePoint<T>::value                   ? Shape::kTimePoint
         : HasErrorCode<T>::value                   ? Shape::kErrorCode
         : HasAtomic<T>::value                      ? Shape::kAtomic
         : HasComplex<T>::value                     ? Shape::kComplex
         : HasElements<T>::value                    ? Shape::kTuple
         : HasGet<T>::value                         ? Shape::kReference
         : HasType<T>::value                        ? Shape::kType
         : __is_empty(T)                            ? Shape::kEmpty
                                                    : Shape::kNone;
}

}  // namespace __scope

#endif  // C++11
#endif  // SCOPE_CAPTURE_SHAPES_H_
