// signals.h - blocking signals as the explorer sees it.
//
// Path:    ring_model.cc -> THIS, in the place of runtime/cold/signals.h -> explorer.h

#pragma once

#include "tests/model/explorer.h"

namespace scope::runtime {

class SignalsBlocked {
 public:
  SignalsBlocked() { model::TheExplorer().BlockSignals(1); }
  ~SignalsBlocked() { model::TheExplorer().BlockSignals(-1); }
};

}  // namespace scope::runtime
