// Which header of the C library declares a name: for "#include <stdio.h>" in messages.
#pragma once

#include <string_view>

namespace ipclab::cc {

/// The header that declares the function, type or macro; empty where none does.
std::string_view header_of(std::string_view name);

}  // namespace ipclab::cc
