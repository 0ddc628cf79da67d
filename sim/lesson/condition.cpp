// How a sentence is matched: each row's pattern is written out into its variants, with and without each
// optional part. A variant is a list of words and placeholders that takes the sentence's tokens one after the
// other; the first that takes them all wins. Where none does, the message is about the place that the best
// ones reached.
#include "sim/lesson/condition.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "kernel/result.h"
#include "kernel/syscalls.h"
#include "sim/trace/flags.h"

namespace ipclab::lesson {
namespace {

struct Row {
    SentenceKind kind;
    SentenceUse use;
    std::string_view pattern;
};

constexpr Row kRows[] = {
#define SENTENCE(kind, use, pattern) {SentenceKind::kind, SentenceUse::use, pattern},
#include "sim/lesson/vocabulary.def"
#undef SENTENCE
};

/// One way to write a row.
struct Variant {
    const Row* row = nullptr;
    std::vector<std::string> parts;
};

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> result;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        if (end > 0) result.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return result;
}

/// The pattern with and without its first optional part, and so on for the next ones.
void write_out(const Row& row, const std::string& pattern, std::vector<Variant>& out) {
    const std::size_t begin = pattern.find('[');
    if (begin == std::string::npos) {
        out.push_back({&row, split(pattern, ' ')});
        return;
    }
    const std::size_t end = pattern.find(']', begin);
    const std::string before = pattern.substr(0, begin), after = pattern.substr(end + 1);
    write_out(row, before + pattern.substr(begin + 1, end - begin - 1) + after, out);
    write_out(row, before + after, out);
}

const std::vector<Variant>& variants() {
    static const std::vector<Variant> all = [] {
        std::vector<Variant> result;
        for (const Row& row : kRows) write_out(row, std::string(row.pattern), result);
        return result;
    }();
    return all;
}

struct Token {
    enum class Kind : std::uint8_t { word, number, string, mark, end, bad };
    Kind kind = Kind::end;
    std::string text;  // of a string: without its quotes and escapes
    std::size_t begin = 0, end = 0;
    bool is(std::string_view word) const {
        return (kind == Kind::word || kind == Kind::mark) && text == word;
    }
};

bool is_word_byte(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

Token read_string(std::string_view text, std::size_t at) {
    Token token{Token::Kind::string, {}, at, at + 1};
    while (token.end < text.size() && text[token.end] != text[at]) {
        char c = text[token.end++];
        if (c == '\\' && token.end < text.size()) {
            c = text[token.end++];
            c = c == 'n' ? '\n' : c == 't' ? '\t' : c == '0' ? '\0' : c;
        }
        token.text += c;
    }
    if (token.end >= text.size()) {
        token.kind = Token::Kind::bad;
        token.text = "the string is not closed";
    } else {
        token.end++;
    }
    return token;
}

std::vector<Token> tokenize(std::string_view text) {
    std::vector<Token> tokens;
    std::size_t at = 0;
    const auto take = [&](Token::Kind kind, std::size_t length) {
        tokens.push_back({kind, std::string(text.substr(at, length)), at, at + length});
        at += length;
    };
    while (at < text.size()) {
        const char c = text[at];
        if (c == ' ' || c == '\t' || c == '\n') {
            at++;
        } else if (text.substr(at, 2) == "'s" && at > 0 && is_word_byte(text[at - 1])) {
            take(Token::Kind::mark, 2);
        } else if (c == '"' || c == '\'') {
            tokens.push_back(read_string(text, at));
            at = tokens.back().end;
        } else if (std::isdigit(static_cast<unsigned char>(c)) ||
                   (c == '-' && at + 1 < text.size() &&
                    std::isdigit(static_cast<unsigned char>(text[at + 1])))) {
            std::size_t length = 1;
            while (at + length < text.size() && is_word_byte(text[at + length])) length++;
            take(Token::Kind::number, length);
        } else if (is_word_byte(c)) {
            std::size_t length = 1;
            while (at + length < text.size() && (is_word_byte(text[at + length]) || text[at + length] == '-'))
                length++;
            take(Token::Kind::word, length);
        } else if ((c == '=' || c == '!' || c == '<' || c == '>') && text.substr(at + 1, 1) == "=") {
            take(Token::Kind::mark, 2);
        } else {
            take(Token::Kind::mark, 1);
        }
    }
    tokens.push_back({Token::Kind::end, {}, text.size(), text.size()});
    return tokens;
}

std::optional<std::int64_t> number_of(const Token& token) {
    constexpr std::array<std::string_view, 6> words = {"no", "one", "two", "three", "four", "five"};
    if (token.kind == Token::Kind::word) {
        const auto found = std::find(words.begin(), words.end(), token.text);
        if (found != words.end()) return found - words.begin();
    }
    if (token.kind != Token::Kind::number) return std::nullopt;
    std::int64_t value = 0;
    const char* end = token.text.data() + token.text.size();
    const auto [stopped, error] = std::from_chars(token.text.data(), end, value);
    if (error != std::errc{} || stopped != end) return std::nullopt;
    return value;
}

constexpr std::array<std::string_view, 6> kComparisons = {"==", "!=", "<", "<=", ">", ">="};

struct CallAlias {
    std::string_view name;
    std::vector<std::string_view> calls;
};

/// What the C library's functions become: on one kernel or the other, by one library or another.
const std::vector<CallAlias>& call_aliases() {
    static const std::vector<CallAlias> aliases = {
        {"fork", {"fork", "vfork", "clone", "clone3"}},
        {"wait", {"wait4", "waitid"}},
        {"waitpid", {"wait4", "waitid"}},
        {"pipe", {"pipe", "pipe2"}},
        {"open", {"open", "openat", "creat"}},
        {"dup2", {"dup2", "dup3"}},
        {"exit", {"exit", "exit_group"}},
        {"exec", {"execve", "execveat"}},
        {"sleep", {"nanosleep", "clock_nanosleep"}},
        {"usleep", {"nanosleep", "clock_nanosleep"}},
        {"nanosleep", {"nanosleep", "clock_nanosleep"}},
        {"stat", {"stat", "newfstatat"}},
        {"lstat", {"lstat", "newfstatat"}},
        {"fstat", {"fstat", "newfstatat"}},
        {"sigaction", {"rt_sigaction"}},
        {"signal", {"rt_sigaction"}},
        {"sigprocmask", {"rt_sigprocmask"}},
        {"sigsuspend", {"rt_sigsuspend"}},
        {"mkfifo", {"mknod", "mknodat"}},
        {"mq_send", {"mq_timedsend"}},
        {"mq_receive", {"mq_timedreceive"}},
        {"mq_getattr", {"mq_getsetattr"}},
        {"mq_setattr", {"mq_getsetattr"}},
        {"lockf", {"fcntl"}},
        {"sigpending", {"rt_sigpending"}},
        {"sigqueue", {"rt_sigqueueinfo"}},
        {"sigwait", {"rt_sigtimedwait"}},
        {"sigwaitinfo", {"rt_sigtimedwait"}},
        {"sigtimedwait", {"rt_sigtimedwait"}},
        {"nice", {"setpriority"}},
        {"semop", {"semop", "semtimedop"}},
        {"send", {"sendto"}},
        {"recv", {"recvfrom"}},
    };
    return aliases;
}

constexpr std::uint64_t kLastCallNumber = 600;

std::uint16_t call_number(std::string_view name) {
    for (std::uint64_t number = 0; number <= kLastCallNumber; number++) {
        if (kernel::linux_syscall_name(number) == name) return static_cast<std::uint16_t>(number);
    }
    return UINT16_MAX;
}

std::vector<std::string> call_names() {
    std::vector<std::string> result;
    for (const CallAlias& alias : call_aliases()) result.emplace_back(alias.name);
    for (const auto& spec : kernel::syscall_table()) result.emplace_back(spec.name);
    return result;
}

std::vector<std::string> signal_names() {
    std::vector<std::string> result;
    for (int signal = 1; signal <= 31; signal++) result.emplace_back(trace::standard_signal_name(signal));
    return result;
}

constexpr int kLastErrno = 133;

std::vector<std::string> errno_names() {
    std::vector<std::string> result;
    for (int number = 1; number <= kLastErrno; number++) {
        result.emplace_back(kernel::errno_name(static_cast<kernel::Errno>(number)));
    }
    return result;
}

/// Reads one variant against the tokens.
class Matcher {
  public:
    Matcher(const std::vector<Token>& tokens, const Names& names) : tokens_(tokens), names_(names) {}

    /// Where a match failed: the furthest token that any variant reached, and what would have been right
    /// there.
    struct Failure {
        std::size_t token = 0;
        std::vector<std::string> expected;
        std::vector<std::string> candidates;
    };

    bool match(const Variant& variant, Condition& condition, Failure& failure) {
        at_ = 0;
        for (const std::string& part : variant.parts) {
            if (take(part, condition)) continue;
            note(part, failure);
            return false;
        }
        if (tokens_[at_].kind == Token::Kind::end) return true;
        note("", failure);
        return false;
    }

    std::optional<ProcessName> process() {
        const Token& token = tokens_[at_];
        if (token.kind != Token::Kind::word) return std::nullopt;
        for (const auto& [name, meaning] : names_.processes) {
            if (token.text != name) continue;
            at_++;
            ProcessName result = meaning;
            result.text = name;
            return result;
        }
        ProcessName result;
        result.text = token.text;
        if (token.text == "parent") {
            result.kind = ProcessName::Kind::first;
        } else if (token.text == "somebody") {
            result.kind = ProcessName::Kind::anybody;
        } else if (token.text == "child") {
            result.kind = ProcessName::Kind::child;
        } else if (token.text == "grandchild") {
            result.kind = ProcessName::Kind::grandchild;
        } else if (std::find(names_.programs.begin(), names_.programs.end(), token.text) !=
                   names_.programs.end()) {
            result.kind = ProcessName::Kind::program;
            result.program = token.text;
        } else {
            return std::nullopt;
        }
        at_++;
        const bool counted =
            result.kind != ProcessName::Kind::first && result.kind != ProcessName::Kind::anybody;
        const auto index = number_of(tokens_[at_]);
        if (counted && tokens_[at_].kind == Token::Kind::number && index && *index >= 1 && *index <= 1000) {
            result.index = static_cast<int>(*index);
            result.text += " " + tokens_[at_].text;
            at_++;
        }
        return result;
    }

    bool at_end() const { return tokens_[at_].kind == Token::Kind::end; }

    std::vector<std::string> process_names() const {
        std::vector<std::string> result = {"parent", "child", "grandchild", "somebody"};
        for (const auto& [name, meaning] : names_.processes) result.push_back(name);
        result.insert(result.end(), names_.programs.begin(), names_.programs.end());
        return result;
    }

  private:
    bool take(const std::string& part, Condition& condition) {
        const Token& token = tokens_[at_];
        if (part == "<process>") {
            auto found = process();
            if (found) condition.process = *std::move(found);
            return condition.process.text.size() > 0;
        }
        if (part == "<object>") return take_object(condition);
        if (part == "<call>") {
            condition.calls = calls_named(token.text);
            condition.call = token.text;
            return advance(token.kind == Token::Kind::word && !condition.calls.empty());
        }
        if (part == "<number>") {
            const auto value = number_of(token);
            if (value) condition.number = *value;
            return advance(value.has_value());
        }
        if (part == "<times>") return take_times(condition);
        if (part == "<string>") {
            condition.string = token.text;
            return advance(token.kind == Token::Kind::string);
        }
        if (part == "<name>") {
            condition.name = token.text;
            return advance(token.kind == Token::Kind::word);
        }
        if (part == "<value>") {
            condition.string = token.kind == Token::Kind::string ? "\"" + token.text + "\"" : token.text;
            return advance(token.kind == Token::Kind::string || token.kind == Token::Kind::number ||
                           token.kind == Token::Kind::word);
        }
        if (part == "<file>") return take_file(condition);
        if (part == "<signal>") {
            for (int signal = 1; signal <= 31; signal++) {
                const std::string_view name = trace::standard_signal_name(signal);
                if (token.text == name || token.text == name.substr(std::min<std::size_t>(3, name.size())))
                    condition.signal = signal;
            }
            return advance(condition.signal != 0);
        }
        if (part == "<errno>") {
            for (int number = 1; number <= kLastErrno; number++) {
                if (token.text == kernel::errno_name(static_cast<kernel::Errno>(number)))
                    condition.error = number;
            }
            return advance(condition.error != 0);
        }
        if (part == "<compare>") {
            const auto found = std::find(kComparisons.begin(), kComparisons.end(), token.text);
            if (found != kComparisons.end())
                condition.comparison = static_cast<Comparison>(found - kComparisons.begin());
            return advance(token.kind == Token::Kind::mark && found != kComparisons.end());
        }
        const auto words = split(part, '|');
        const bool found =
            std::any_of(words.begin(), words.end(), [&](const auto& word) { return token.is(word); });
        if (found && part == "not") condition.negated = true;
        return advance(found);
    }

    bool advance(bool taken) {
        if (taken) at_++;
        return taken;
    }

    bool take_object(Condition& condition) {
        const auto word = std::find_if(std::begin(kObjectWords), std::end(kObjectWords),
                                       [&](const ObjectWord& each) { return tokens_[at_].is(each.word); });
        if (word == std::end(kObjectWords)) return false;
        ObjectName object;
        object.kind = word->kind;
        at_++;
        const auto index = number_of(tokens_[at_]);
        if (tokens_[at_].kind == Token::Kind::number && index && *index >= 1 && *index <= 100000) {
            object.index = static_cast<int>(*index);
            at_++;
        }
        condition.object = object;
        return true;
    }

    bool take_times(Condition& condition) {
        const Token& token = tokens_[at_];
        if (token.is("once") || token.is("twice")) {
            condition.times = token.is("once") ? 1 : 2;
            return advance(true);
        }
        const auto count = number_of(token);
        if (!count || *count < 0 || *count > 1'000'000'000 || !tokens_[at_ + 1].is("times")) return false;
        condition.times = static_cast<int>(*count);
        at_ += 2;
        return true;
    }

    bool take_file(Condition& condition) {
        if (tokens_[at_].kind == Token::Kind::string) {
            condition.file = tokens_[at_].text;
            return advance(true);
        }
        if (tokens_[at_].kind != Token::Kind::word) return false;
        condition.file = tokens_[at_++].text;
        while (tokens_[at_].is(".") && tokens_[at_ + 1].kind == Token::Kind::word) {
            *condition.file += "." + tokens_[at_ + 1].text;
            at_ += 2;
        }
        return true;
    }

    void note(const std::string& part, Failure& failure) const {
        if (at_ > failure.token) failure = {at_, {}, {}};
        if (at_ < failure.token) return;
        const auto add = [](std::vector<std::string>& to, const std::string& text) {
            if (std::find(to.begin(), to.end(), text) == to.end()) to.push_back(text);
        };
        const auto add_all = [&](const std::vector<std::string>& all) {
            for (const auto& name : all) add(failure.candidates, name);
        };
        if (part.empty()) {
            add(failure.expected, "the end of the sentence");
        } else if (part == "<process>") {
            add(failure.expected, "a process (parent, child, ...)");
            add_all(process_names());
        } else if (part == "<call>") {
            add(failure.expected, "a system call");
            add_all(call_names());
        } else if (part == "<object>") {
            add(failure.expected, "an object (pipe 1)");
            for (const ObjectWord& each : kObjectWords) add(failure.candidates, std::string(each.word));
        } else if (part == "<signal>") {
            add(failure.expected, "a signal");
            add_all(signal_names());
        } else if (part == "<errno>") {
            add(failure.expected, "an errno");
            add_all(errno_names());
        } else if (part == "<times>") {
            add(failure.expected, "'once', 'twice' or '3 times'");
            add_all({"once", "twice"});
        } else if (part == "<compare>") {
            add(failure.expected, "a comparison (==, !=, <, <=, >, >=)");
        } else if (part[0] == '<') {
            add(failure.expected, "a " + part.substr(1, part.size() - 2));
        } else {
            for (const auto& word : split(part, '|')) {
                add(failure.expected, "'" + word + "'");
                add(failure.candidates, word);
            }
        }
    }

    const std::vector<Token>& tokens_;
    const Names& names_;
    std::size_t at_ = 0;
};

std::string join(const std::vector<std::string>& parts) {
    std::string result;
    for (std::size_t i = 0; i < parts.size(); i++) {
        if (i > 0) result += i + 1 == parts.size() ? " or " : ", ";
        result += parts[i];
    }
    return result;
}

SentenceError explain(const Matcher::Failure& failure, const std::vector<Token>& tokens) {
    const Token& token = tokens[failure.token];
    SentenceError error{token.begin, token.end, {}};
    const std::string near =
        token.kind == Token::Kind::word ? suggestion(token.text, failure.candidates) : "";
    const std::string wanted = "expected " + join(failure.expected);
    if (token.kind == Token::Kind::end) {
        error.message = "the sentence ends too early: " + wanted;
    } else if (!near.empty()) {
        error.message = "'" + token.text + "' is not understood here" + near;
    } else {
        error.message = "'" + token.text + "' is not understood here: " + wanted;
    }
    return error;
}

std::string_view why_not(SentenceUse use) {
    switch (use) {
        case SentenceUse::happening:
            return "this is one moment of the run, which only `until` can wait for; an `expect` is a fact, "
                   "such as "
                   "\"child has exited with 0\" or \"parent is blocked in read\"";
        case SentenceUse::fact:
        case SentenceUse::outcome:
            return "this is a fact; `look` names something to look at: a process, \"pipe 1\", \"line 12\", "
                   "\"log\"";
        case SentenceUse::place:
            return "this names something to look at; a whole sentence belongs here, such as \"parent is "
                   "blocked in read\"";
    }
    return {};
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), row(b.size() + 1), next(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); j++) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); i++) {
        next[0] = i;
        for (std::size_t j = 1; j <= b.size(); j++) {
            next[j] = std::min({row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] != b[j - 1])});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                next[j] = std::min(next[j], before[j - 2] + 1);
        }
        before = row;
        row = next;
    }
    return row[b.size()];
}

}  // namespace

SentenceUse use_of(SentenceKind kind) {
    return kRows[static_cast<std::size_t>(kind)].use;
}

ParsedSentence parse_sentence(std::string_view text, const Names& names, std::span<const SentenceUse> uses) {
    ParsedSentence result;
    const std::vector<Token> tokens = tokenize(text);
    for (const Token& token : tokens) {
        if (token.kind == Token::Kind::bad) {
            result.error = {token.begin, token.end, token.text};
            return result;
        }
    }
    const auto wanted = [&](SentenceUse use) {
        return std::find(uses.begin(), uses.end(), use) != uses.end();
    };
    Matcher matcher(tokens, names);
    Matcher::Failure failure, elsewhere;
    for (const Variant& variant : variants()) {
        if (!wanted(variant.row->use)) continue;
        Condition condition;
        if (!matcher.match(variant, condition, failure)) continue;
        condition.kind = variant.row->kind;
        condition.text = text;
        result.condition = std::move(condition);
        return result;
    }
    for (const Variant& variant : variants()) {
        Condition condition;
        if (wanted(variant.row->use) || !matcher.match(variant, condition, elsewhere)) continue;
        result.error = {0, text.size(), std::string(why_not(variant.row->use))};
        return result;
    }
    result.error = explain(failure, tokens);
    return result;
}

std::optional<ProcessName> parse_process(std::string_view text, const Names& names, std::string& error) {
    const std::vector<Token> tokens = tokenize(text);
    Matcher matcher(tokens, names);
    auto result = matcher.process();
    if (result && matcher.at_end()) return result;
    error = "'" + std::string(text) +
            "' is no process: write parent, child, child 2, grandchild or a program's name" +
            suggestion(tokens[0].text, matcher.process_names());
    return std::nullopt;
}

std::vector<std::uint16_t> calls_named(std::string_view name) {
    std::vector<std::uint16_t> result;
    for (const CallAlias& alias : call_aliases()) {
        if (alias.name != name) continue;
        for (const auto call : alias.calls) result.push_back(call_number(call));
        return result;
    }
    const std::uint16_t number = name.empty() ? UINT16_MAX : call_number(name);
    if (number != UINT16_MAX) result.push_back(number);
    return result;
}

std::string suggestion(std::string_view wrong, const std::vector<std::string>& candidates) {
    const std::string* best = nullptr;
    std::size_t best_distance = std::max<std::size_t>(1, wrong.size() / 3) + 1;
    if (wrong.size() > 64) return {};
    for (const std::string& candidate : candidates) {
        const std::size_t distance = edit_distance(wrong, candidate);
        if (distance >= best_distance || distance == 0) continue;
        best = &candidate;
        best_distance = distance;
    }
    return best == nullptr ? std::string{} : "; did you mean '" + *best + "'?";
}

std::string text_of(const ObjectName& name) {
    const auto word = std::find_if(std::begin(kObjectWords), std::end(kObjectWords),
                                   [&](const ObjectWord& each) { return each.kind == name.kind; });
    return std::string(word->word) + " " + std::to_string(name.index);
}

}  // namespace ipclab::lesson
