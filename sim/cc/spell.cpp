#include "sim/cc/spell.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ipclab::cc {

namespace {
constexpr std::size_t kMaxLength = 64;
}

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
    std::size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
    if (difference > limit || a.size() > kMaxLength || b.size() > kMaxLength) return limit + 1;
    std::array<std::array<std::size_t, kMaxLength + 1>, 3> rows;
    for (std::size_t j = 0; j <= b.size(); j++) rows[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); i++) {
        auto& row = rows[i % 3];
        const auto& above = rows[(i + 2) % 3];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); j++) {
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1])});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], rows[(i + 1) % 3][j - 2] + 1);
            }
        }
    }
    return rows[a.size() % 3][b.size()];
}

Speller::Speller(std::string_view wrong) : wrong_(wrong), distance_((wrong.size() + 2) / 3 + 1) {
    if (wrong.size() < 3) distance_ = 1;
}

void Speller::offer(std::string_view candidate) {
    if (candidate.empty() || distance_ == 0 || candidate == wrong_) return;
    std::size_t distance = edit_distance(wrong_, candidate, distance_ - 1);
    if (distance < distance_) {
        distance_ = distance;
        best_ = candidate;
    }
}

std::string Speller::suggestion() const { return best_.empty() ? "" : fmt::format("; did you mean '{}'?", best_); }

}  // namespace ipclab::cc
