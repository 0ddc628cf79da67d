// Runs programs of the real system for tests: a command line in a fresh directory, its output, errors and
// status.
#pragma once

#include <string>
#include <vector>

namespace ipclab::testing {

/// A directory of its own under the system's place for temporary files; removed at the end, with all that is
/// in it.
class TemporaryDirectory {
  public:
    TemporaryDirectory();
    ~TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    const std::string& path() const { return path_; }
    void write(const std::string& name, const std::string& text) const;

  private:
    std::string path_;
};

struct NativeResult {
    std::string out, err;
    int status = 0;  ///< as a shell's $?: 128 + signal where a signal ended it; -1 where the deadline did
};

/// Runs argv[0] in `directory` with nothing but PATH, HOME and LC_ALL=C in its environment and `input` as its
/// standard input. After `deadline_s` seconds it and what it started are killed.
NativeResult run_native(const std::vector<std::string>& argv, const std::string& directory,
                        const std::string& path, const std::string& input = "", int deadline_s = 20);

/// The directory with every program of lessons/bin, compiled by the system's cc with warnings as errors
/// (once).
const std::string& toy_programs();

}  // namespace ipclab::testing
