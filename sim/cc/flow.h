// Warnings that need to know where control goes: -Wreturn-type, -Wimplicit-fallthrough, -Wuninitialized,
// -Wmaybe-uninitialized, -Wsequence-point. One walk over a function's tree, in the order of execution; time linear in its size.
#pragma once

#include "sim/cc/ast.h"
#include "sim/cc/source.h"

namespace ipclab::cc {

void check_flow(Session& session, const FunctionBody& body);

}  // namespace ipclab::cc
