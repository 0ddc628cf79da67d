// What differs between two calls that were matched: arguments, result, errno, data.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "kernel/event.h"
#include "sim/trace/canonical.h"
#include "sim/trace/decode.h"

namespace ipclab::trace {

/// The right trace's task or process for one of the left's.
class IdMap {
  public:
    void add(std::int32_t left, std::int32_t right) {
        to_right_[left] = right;
        to_left_[right] = left;
    }
    /// Whether the two name the same task: mapped to each other, or both unknown (the world outside), or the
    /// same special value (0, -1, 1 for init). Negative values name groups.
    bool is_same(std::int64_t left, std::int64_t right) const;

  private:
    std::unordered_map<std::int32_t, std::int32_t> to_right_, to_left_;
};

/// In words, "argument count: 10 and 20"; empty: the calls are the same.
std::string call_difference(const CallView& left, const CanonicalCall& left_call, const CallView& right,
                            const CanonicalCall& right_call, const IdMap& ids);

}  // namespace ipclab::trace
