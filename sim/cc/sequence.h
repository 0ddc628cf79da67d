// -Wsequence-point: an object that one expression changes and uses, or changes twice, in an order that C leaves open
// (C11 6.5p2): i = i++, a[i] = i++, f(i++, i++).
#pragma once

#include "sim/cc/ast.h"
#include "sim/cc/source.h"

namespace ipclab::cc {

/// Of a full expression. Calls, && || and the comma end what is known: there are no false alarms.
void check_sequence(Session& session, const Node* expression);

}  // namespace ipclab::cc
