#include "sim/session/mentions.h"

#include <cctype>
#include <string_view>

#include "sim/session/request.h"

namespace ipclab::session {

namespace {

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

bool is_exec(std::string_view name) {
    return name == "execl" || name == "execlp" || name == "execle" || name == "execv" || name == "execvp" ||
           name == "execvpe" || name == "execve" || name == "execveat" || name == "fexecve" ||
           name == "posix_spawn" || name == "posix_spawnp";
}

/// A little of C's lexical grammar: just enough to tell strings from what surrounds them.
class Scanner {
  public:
    Scanner(const std::string& text, Mentions& into) : text_(text), into_(into) {}

    std::set<std::string> scan() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '/' && peek(1) == '/')
                skip_to("\n");
            else if (c == '/' && peek(1) == '*')
                skip_to("*/");
            else if (c == '"')
                string();
            else if (c == '\'')
                quoted('\'');
            else if (is_word(c))
                word();
            else
                ++at_;
        }
        return std::move(includes_);
    }

  private:
    char peek(std::size_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

    void skip_to(std::string_view end) {
        const std::size_t found = text_.find(end, at_ + 2);
        at_ = found == std::string::npos ? text_.size() : found + end.size();
    }

    std::string quoted(char quote) {
        std::string inside;
        for (++at_; at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n'; ++at_) {
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
                inside += ' ';  // an escape such as \n ends a word
                ++at_;
            } else {
                inside += text_[at_];
            }
        }
        if (at_ < text_.size()) ++at_;
        return inside;
    }

    void string() {
        const std::string inside = quoted('"');
        into_.add_words(inside);
        if (last_word_ == "include") includes_.insert(inside);
        last_word_.clear();
    }

    void word() {
        const std::size_t begin = at_;
        while (at_ < text_.size() && is_word(text_[at_])) ++at_;
        last_word_ = text_.substr(begin, at_ - begin);
        // These run the shell without naming it.
        if (last_word_ == "system" || last_word_ == "popen") into_.words.insert("sh");
        if (is_exec(last_word_)) executes();
    }

    /// `execlp("ls", ...)` says what it executes, `execvp(argv[0], argv)` does not.
    void executes() {
        std::size_t next = text_.find_first_not_of(" \t\n", at_);
        if (next == std::string::npos || text_[next] != '(') return;
        next = text_.find_first_not_of(" \t\n", next + 1);
        if (next == std::string::npos || text_[next] != '"') into_.anything = true;
    }

    const std::string& text_;
    Mentions& into_;
    std::size_t at_ = 0;
    std::string last_word_;
    std::set<std::string> includes_;
};

}  // namespace

void Mentions::add_words(const std::string& text) {
    std::string word;
    for (const char c : text + ' ') {
        if (is_word(c)) {
            word += c;
        } else if (!word.empty()) {
            words.insert(std::move(word));
            word.clear();
        }
    }
}

std::set<std::string> Mentions::add_text(const std::string& text) {
    return Scanner(text, *this).scan();
}

void Mentions::add_source(const std::filesystem::path& file) {
    if (!seen_.insert(file.lexically_normal()).second) return;
    std::string ignored;
    const auto text = read_file(file, ignored);
    if (!text) return;
    for (const std::string& name : add_text(*text)) {
        add_source(file.parent_path() / name);
        for (const std::string& directory : include_directories)
            add_source(std::filesystem::path(directory) / name);
    }
}

}  // namespace ipclab::session
