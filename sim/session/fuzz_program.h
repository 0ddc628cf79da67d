// Random small programs of several processes, for `ipclab fuzz`: written by the grammar in fuzz_grammar.def.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ipclab::session {

/// A statement, or a child process with statements of its own.
struct FuzzNode {
    std::string line;            ///< empty: a child process
    std::vector<FuzzNode> body;  ///< of the child
};

struct FuzzProgram {
    std::vector<FuzzNode> body;
    /// C, for both compilers.
    std::string text() const;
    /// Statements and children in all.
    std::size_t size() const;
};

/// The names that the grammar has, for --mechanism.
std::vector<std::string_view> fuzz_mechanisms();

/// The same program for the same seed. `mechanism`: one of fuzz_mechanisms(), or empty: two or three of them.
FuzzProgram random_program(std::uint64_t seed, std::string_view mechanism);

/// Without the node at a place of the tree, counted in the order of the text.
FuzzProgram without(const FuzzProgram& program, std::size_t place);

}  // namespace ipclab::session
