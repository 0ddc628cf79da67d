// The warnings by their names: gcc's, so that what is read here is known there. A warning without a name is always on.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "sim/cc/cc.h"

namespace ipclab::cc {

struct WarningKind {
    std::string_view name;  ///< "-Wunused-result"
    WarningLevel level;     ///< the lowest at which it is shown
    std::string_view what;  ///< what it finds, in a sentence's end
};

/// Sorted by name.
std::span<const WarningKind> warning_kinds();

/// Null where there is no warning of that name.
const WarningKind* find_warning(std::string_view name);

}  // namespace ipclab::cc
