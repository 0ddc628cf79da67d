// Functions of the library that are as good as one step: locks and semaphores.
//
// What they do to a lock or semaphore takes effect at one of their accesses, and what they do besides (who sleeps, whom they
// wake) is made so that nobody can tell when it happened. So where the first access of such a call has been chosen, the call
// goes on until it returns or sleeps, and once woken likewise, without others in between: what these could do there they can
// as well do before or after.
//
// A release can come as early as it may: whatever others can do before it they can do after it, with the same result
// (Lipton, "Reduction: a method of proving properties of parallel programs", 1975), as long as nobody looks at the lock in
// another way than by waiting for it.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/engine/machine.h"

namespace ipclab::explore {

class Sections {
  public:
    enum class Kind : std::uint8_t { none, acquires, releases, tries, other };
    struct Frame {
        std::size_t depth = 0;  ///< 0: there is none
        Kind kind = Kind::none;
    };

    /// The outermost frame of such a function.
    Frame outermost(const engine::ProgramSet& programs, kernel::ProgramId id, const vm::Context& context) {
        const auto index = static_cast<std::size_t>(id.value - 1);
        if (index >= functions_.size()) functions_.resize(index + 1);
        std::vector<Kind>& known = functions_[index];
        if (known.empty())
            for (const vm::Function& each : programs[index]->functions)
                known.push_back(each.is_library ? kind_of(each.name) : Kind::none);
        for (std::size_t depth = 1; depth < context.frames.size(); ++depth)
            if (const Kind kind = known[context.frames[depth].function]; kind != Kind::none)
                return {depth, kind};
        return {};
    }

  private:
    static Kind kind_of(std::string_view name) {
        struct Row {
            std::string_view name;
            Kind kind;
        };
        static constexpr std::array<Row, 9> kRows = {{
            {"sem_wait", Kind::acquires},
            {"sem_trywait", Kind::tries},
            {"sem_post", Kind::releases},
            {"pthread_mutex_lock", Kind::acquires},
            {"pthread_mutex_trylock", Kind::tries},
            {"pthread_mutex_unlock", Kind::releases},
            {"flockfile", Kind::acquires},
            {"ftrylockfile", Kind::tries},
            {"funlockfile", Kind::other},
        }};
        const auto* found =
            std::find_if(kRows.begin(), kRows.end(), [&](const Row& row) { return row.name == name; });
        return found == kRows.end() ? Kind::none : found->kind;
    }
    std::vector<std::vector<Kind>> functions_;  // by program and function
};

}  // namespace ipclab::explore
