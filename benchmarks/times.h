#pragma once

namespace ipclab::bench {

/// `./bench --time`: measures this machine, then holds simulated against real times of exchanges over every mechanism. 0, or 1
/// where there is no real run here.
int compare_times();

}  // namespace ipclab::bench
