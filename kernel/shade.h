// What is known of a byte of a process's memory besides its value: whether anything lives there, and whether it has been
// given a value. Real hardware knows nothing of it; it is kept so that a learner can be told of mistakes that Linux lets
// pass or only crashes on much later (as Valgrind's memcheck tells).
//
// Shades lie beside the pages that need them (heap, stack, the program's data), one byte for each byte. A page without
// shades is fine all over.
#pragma once

#include <cstdint>

namespace ipclab::kernel {

enum class Access : std::uint8_t;

enum class Shade : std::uint8_t {
    fine = 0,
    unset = 1,   ///< belongs to an object that has not been given a value there; a write makes it fine
    guard = 2,   ///< between two objects, or behind the last
    freed = 3,   ///< of a heap block that was freed
    dead = 4,    ///< of a function that has returned
    header = 5,  ///< the heap's own, in front of a block
    arguments_end = 6,  ///< behind the unnamed arguments that a call passes
};

/// An access that Linux would let pass and that is wrong all the same.
struct BadAccess {
    std::uint64_t address = 0;  ///< the first byte that is not fine
    std::uint64_t begin = 0;    ///< of the access
    std::uint64_t bytes = 0;
    Access access{};
    Shade shade = Shade::fine;  ///< fine: only the address is wrong, no multiple of what the type needs
    bool operator==(const BadAccess&) const = default;
};

}  // namespace ipclab::kernel
