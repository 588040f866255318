// scope/capture/put.h - writes a value of any type.
//
// Path:   scope/capture.h, code that the compiler plugin makes -> THIS -> scope/capture/writer.h
// Nothing is copied, no lock is taken, and of a library's class only observers are called. Part of
// scope/capture.h.
#ifndef SCOPE_CAPTURE_PUT_H_
#define SCOPE_CAPTURE_PUT_H_

#include "scope/capture/scalars.h"

#pragma GCC system_header

#if defined(__cplusplus) && __cplusplus >= 201103L

namespace __scope {

// A class of the program. The plugin defines it for each class that is asked for.
template <class T>
SCOPE_CAPTURE void Describe(Writer& writer, const T& value) noexcept;
template <class T>
SCOPE_CAPTURE void PutShape(Writer& writer, const T& value) noexcept;

enum class Kind { kScalar, kEnum, kNull, kPointer, kArray, kLibrary, kProgram, kOpaque };

template <class T>
struct KindOf {
  static constexpr Kind value = ScalarOf<T>::value != Scalar::kNone ? Kind::kScalar
                                : __is_enum(T)                      ? Kind::kEnum
                                : Same<T, decltype(nullptr)>::value ? Kind::kNull
                                : !__is_class(T)                    ? Kind::kOpaque
                                : IsOfKnownLibrary<T>()             ? Kind::kLibrary
                                                                    : Kind::kProgram;
};
template <class T>
struct KindOf<T*> {
  static constexpr Kind value = Kind::kPointer;
};
template <class T, Size kCount>
struct KindOf<T[kCount]> {
  static constexpr Kind value = Kind::kArray;
};

template <Kind kKind>
struct PutKind {
  template <class T>
  static void Do(Writer& writer, const T&) noexcept {
    writer.Number(kScopeCapturedOpaque, sizeof(T));
  }
};

template <class T>
SCOPE_CAPTURE void Put(Writer& writer, const T& value) noexcept {
  if (writer.full()) return;
  typedef typename Plain<T>::type P;
  if (writer.Deeper()) {
    PutKind<KindOf<P>::value>::Do(writer, const_cast<const P&>(value));
  } else {
    writer.Tag(kScopeCapturedMore);
  }
  writer.Back();
}

template <>
struct PutKind<Kind::kScalar> {
  template <class T>
  static void Do(Writer& writer, const T& value) noexcept {
    PutScalar<ScalarOf<T>::value>::Do(writer, value);
  }
};
template <>
struct PutKind<Kind::kEnum> {
  template <class T>
  SCOPE_CAPTURE static void Do(Writer& writer, const T& value) noexcept {
    typedef __underlying_type(T) Number;
    PutScalar<Same<Number, bool>::value ? Scalar::kBool
              : Number(-1) < Number(0)  ? Scalar::kSigned
                                       : Scalar::kUnsigned>::Do(writer, static_cast<Number>(value));
  }
};
template <>
struct PutKind<Kind::kNull> {
  template <class T>
  static void Do(Writer& writer, const T&) noexcept {
    writer.Tag(kScopeCapturedNull);
  }
};
template <>
struct PutKind<Kind::kPointer> {
  template <class T>
  SCOPE_CAPTURE static void Do(Writer& writer, const T& value) noexcept {
    writer.Number(kScopeCapturedPointer, reinterpret_cast<Bits>(value));
  }
};
template <>
struct PutKind<Kind::kLibrary> {
  template <class T>
  static void Do(Writer& writer, const T& value) noexcept {
    PutShape<T>(writer, value);
  }
};
template <>
struct PutKind<Kind::kProgram> {
  template <class T>
  static void Do(Writer& writer, const T& value) noexcept {
    Describe<T>(writer, value);
  }
};
template <>
struct PutKind<Kind::kArray> {
  template <class T, Size kCount>
  static typename If<IsCharacter<typename Plain<T>::type>::value, void>::type Do(
      Writer& writer, const T (&array)[kCount]) noexcept {
    Size length = 0;
    while (length < kCount && !IsZero(array[length])) ++length;
    PutText<sizeof(T)>::Do(writer, array, length);
  }
  template <class T, Size kCount>
  static typename If<!IsCharacter<typename Plain<T>::type>::value, void>::type Do(
      Writer& writer, const T (&array)[kCount]) noexcept {
    if (!writer.Open(kScopeCapturedSequence, kCount + 1)) return;
    for (Size i = 0; i < kCount && i < kElements; ++i) Put(writer, array[i]);
    if (kCount > kElements) writer.Tag(kScopeCapturedMore);
    writer.Close();
  }

 private:
  template <class C>
  SCOPE_CAPTURE static bool IsZero(const C& c) noexcept {
    return c == C();
  }
};

// From `first` to `last`; `count` is one more than there are, 0 if unknown.
template <class Iterator, class End>
SCOPE_CAPTURE void PutRange(Writer& writer, Iterator first, End last, Bits count) noexcept {
  if (!writer.Open(kScopeCapturedSequence, count)) return;
  for (Size i = 0; first != last; ++first, ++i) {
    if (i == kElements || writer.full()) {
      writer.Tag(kScopeCapturedMore);
      break;
    }
    Put<typename Plain<decltype(*first)>::type>(writer, *first);
  }
  writer.Close();
}

}  // namespace __scope

#endif  // C++11
#endif  // SCOPE_CAPTURE_PUT_H_
