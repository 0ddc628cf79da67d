// The files of a compilation and the reporter of what is wrong in them.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "sim/cc/cc.h"
#include "sim/cc/token.h"

namespace ipclab::cc {

inline constexpr int kMaxErrors = 20;
inline constexpr int kMaxWarnings = 100;
inline constexpr int kMaxNesting = 256;        ///< levels of expressions, blocks, declarators, includes
inline constexpr int kMaxHeight = 1000;        ///< operators above each other in one expression: a + a + a ...
inline constexpr std::uint64_t kMaxObjectBytes = 1ull << 40;
inline constexpr std::uint64_t kMaxStaticBytes = 1ull << 30;
inline constexpr std::size_t kMaxSourceBytes = 64 << 20;

/// A source file with the line splices of C11 5.1.1.2p1 phase 2 taken out, and where they were.
struct File {
    std::string name, text;
    bool is_library = false;
    std::string spliced;                     ///< only where there are splices
    std::vector<std::uint32_t> splices;      ///< offsets into `spliced` at which a new physical line begins
    std::vector<std::uint32_t> line_starts;  ///< filled on first use
    const std::string& characters() const { return splices.empty() ? text : spliced; }
};

/// Thrown inside the compiler to give up on the compilation, after the reason has been reported.
struct Abandon {};

/// All files of one compile() call, and its diagnostics.
class Session {
  public:
    explicit Session(const Options& opts) : options(opts) {}

    std::uint16_t add_file(std::string name, std::string text, bool is_library);
    /// The file of that name, if it has been added; -1 otherwise.
    int find_file(std::string_view name, bool is_library) const;
    File& file(std::uint16_t id) { return files_[id]; }
    std::size_t file_count() const { return files_.size(); }
    std::string_view line_text(Span span);

    void error(Span span, std::string message);
    void warning(Span span, const char* option, std::string message);
    void note(Span span, std::string message);
    /// An error after which going on makes no sense.
    [[noreturn]] void fatal(Span span, std::string message);

    int errors() const { return errors_; }
    bool is_library(Span span) const { return span.line && files_[span.file].is_library; }
    /// By files in the order of their first one, and by lines; notes stay behind what they belong to.
    std::vector<Diagnostic> take_diagnostics();

    const Options& options;

  private:
    void add(Severity severity, Span span, std::string message, const char* option);

    std::deque<File> files_;
    std::vector<Diagnostic> diagnostics_;
    int errors_ = 0, warnings_ = 0;
    bool last_dropped_ = false;  ///< notes belong to the diagnostic before them
};

}  // namespace ipclab::cc
