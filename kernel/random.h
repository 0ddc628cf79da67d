// SplitMix64 (Steele, Lea, Flood 2014): a full-period generator whose state is one number, so that a run can be repeated.
#pragma once

#include <cstdint>

namespace ipclab::kernel {

constexpr std::uint64_t next_random(std::uint64_t& state) {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

}  // namespace ipclab::kernel
