// Which registers of a function are still read before they are written, at each of its instructions: what the others
// hold makes no difference.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/engine/machine.h"

namespace ipclab::explore {

/// Of the functions of a program set; each is looked at when it is first asked for.
class Liveness {
  public:
    explicit Liveness(const engine::ProgramSet& programs);

    /// A bit for each register, 64 to a word, at this instruction of a function. Where the function calls setjmp() all of
    /// them: longjmp() may come back from anywhere.
    const std::uint64_t* at(kernel::ProgramId program, std::uint32_t function, std::uint32_t pc);
    /// The same while it is in a call of `callee`: nothing is read any more where that never returns (_exit()).
    const std::uint64_t* at_call(kernel::ProgramId program, std::uint32_t function, std::uint32_t pc,
                                 std::uint32_t callee);

  private:
    struct OfFunction {
        std::size_t words = 0;            // for each instruction; 0: not looked at yet
        std::vector<std::uint64_t> live;  // the instructions' words, one after the other
    };
    OfFunction look_at(std::size_t program, const vm::Function& function);
    bool returns(std::size_t program, std::uint32_t function, int depth = 0);

    const engine::ProgramSet& programs_;
    std::vector<std::vector<OfFunction>> functions_;  // by program and function
    enum class Returns : std::uint8_t { unknown, maybe, never };
    std::vector<std::vector<Returns>> returns_;  // likewise
};

}  // namespace ipclab::explore
