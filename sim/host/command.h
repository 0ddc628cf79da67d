// Runs a trusted tool of the system (cc, bwrap --version) to its end: no shell, a deadline, output captured.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ipclab::host {

struct CommandResult {
    std::string output;      ///< stdout and stderr, as they came, at most 1 MiB
    int wait_status = 0;     ///< as waitpid(2) reports it
    int start_error = 0;     ///< errno where the tool could not be started (ENOENT: not installed)
    bool timed_out = false;  ///< killed at the deadline
    bool ok() const { return start_error == 0 && !timed_out && wait_status == 0; }
};

/// Starts arguments[0], looked up in PATH, in `directory` (empty: here) with messages in English, waits for
/// its end, and kills its process group after `timeout_ns`.
CommandResult run_command(const std::vector<std::string>& arguments, const std::filesystem::path& directory,
                          std::int64_t timeout_ns);

/// CLOCK_MONOTONIC, in nanoseconds.
std::int64_t monotonic_ns();

/// A directory of our own under $TMPDIR or /tmp; it and all that is in it goes when the object goes.
class TempDir {
  public:
    /// `what` becomes part of the name: ipclab-WHAT-XXXXXX. Where it cannot be made, path() is empty.
    explicit TempDir(std::string_view what);
    TempDir(TempDir&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
    TempDir& operator=(TempDir&& other) noexcept;
    ~TempDir();
    const std::filesystem::path& path() const { return path_; }

  private:
    void remove();
    std::filesystem::path path_;
};

/// Writes a file with this content and mode; false where it could not be written.
bool write_file(const std::filesystem::path& path, std::string_view content, unsigned mode = 0644);

/// Owns a descriptor.
class UniqueFd {
  public:
    UniqueFd() = default;
    explicit UniqueFd(int fd) : fd_(fd) {}
    UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept {
        reset(other.release());
        return *this;
    }
    ~UniqueFd() { reset(); }
    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }
    int release() {
        const int fd = fd_;
        fd_ = -1;
        return fd;
    }
    void reset(int fd = -1);

  private:
    int fd_ = -1;
};

}  // namespace ipclab::host
