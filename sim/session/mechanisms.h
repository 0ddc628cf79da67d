// What the simulated kernel has, by mechanism of inter-process communication.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/types.h"

namespace ipclab::session {

/// A row of mechanisms.def. Lists are words between spaces.
struct Mechanism {
    std::string_view name, page;
    std::string_view calls;    ///< by their names in kernel/syscalls.def
    std::string_view tests;    ///< files below tests/
    std::string_view lessons;  ///< folders of lessons/ without their numbers
};
std::span<const Mechanism> mechanisms();
std::vector<std::string_view> words(std::string_view text);

/// Whose rules a call on such an object follows: a row that has the call. Null: no row has it.
const Mechanism* mechanism_of(std::string_view call, kernel::ObjectKind object);

/// The table as Markdown.
std::string mechanisms_page();

}  // namespace ipclab::session
