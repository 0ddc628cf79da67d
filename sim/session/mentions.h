// Which programs a C source may execute, guessed from its text, so that only those are compiled: the words of its
// strings, or anything at all where it executes a name that it computes.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace ipclab::session {

struct Mentions {
    std::set<std::string> words;
    std::vector<std::string> include_directories;  ///< as -I
    bool anything = false;                         ///< some exec() is given a name that is not a string

    /// All words of a shell line or an argument.
    void add_words(const std::string& text);
    /// The strings of a C file and of the files that it includes by "NAME".
    void add_source(const std::filesystem::path& file);
    /// The strings of a C text; gives the names that it includes.
    std::set<std::string> add_text(const std::string& text);

  private:
    std::set<std::filesystem::path> seen_;
};

}  // namespace ipclab::session
