// "did you mean": the known name nearest to a misspelt one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ipclab::cc {

/// Keeps the best candidate offered so far. A candidate counts where at most a third of the letters differ, a swap of
/// neighbours counting once (optimal string alignment).
class Speller {
  public:
    explicit Speller(std::string_view wrong);
    void offer(std::string_view candidate);
    std::string_view best() const { return best_; }
    /// "; did you mean 'best'?", or nothing.
    std::string suggestion() const;

  private:
    std::string_view wrong_, best_;
    std::size_t distance_;
};

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

}  // namespace ipclab::cc
