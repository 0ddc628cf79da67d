// Programs with small mistakes in them, made by a seeded generator from those of the lessons and tests: the compiler says
// something about each or compiles it, and the simulated machine runs what came out. The seed of a failure is printed.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "tests/cc/bounded_run.h"
#include "tests/support/simulated.h"

using namespace ipclab;

namespace {

namespace fs = std::filesystem;

/// splitmix64: the same everywhere.
struct Random {
    std::uint64_t state;
    std::uint64_t next() {
        std::uint64_t z = (state += 0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
    std::size_t below(std::size_t bound) { return bound ? next() % bound : 0; }
};

std::vector<fs::path> sources() {
    std::vector<fs::path> found;
    for (const char* folder : {"/tests", "/lessons"})
        for (const auto& entry : fs::recursive_directory_iterator(std::string(IPCLAB_SOURCE_DIR) + folder))
            if (entry.path().extension() == ".c") found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    return found;
}

/// Words, numbers, strings, white space and single other characters.
std::vector<std::string> pieces(const std::string& text) {
    const auto kind = [](char c) {
        const auto u = static_cast<unsigned char>(c);
        return std::isalnum(u) || c == '_' ? 1 : std::isspace(u) ? 2 : 0;
    };
    std::vector<std::string> out;
    for (std::size_t i = 0; i < text.size();) {
        std::size_t end = i + 1;
        if (text[i] == '"') {
            while (end < text.size() && text[end] != '"' && text[end] != '\n') end += text[end] == '\\' ? 2 : 1;
            end = std::min(end + 1, text.size());
        } else if (kind(text[i]) != 0) {
            while (end < text.size() && kind(text[end]) == kind(text[i])) ++end;
        }
        out.push_back(text.substr(i, end - i));
        i = end;
    }
    return out;
}

std::string mutated(std::vector<std::string> tokens, Random& random) {
    static const std::vector<std::string> words = {
        "(", ")", "{", "}", "[", "]", ";", ",", "*", "&", "-", "++", "<<", "/", "%", "=", "==", "?", ":", ".", "->", "...",
        "#", "##", "\n#if 0\n", "\n#define x x\n", "\"", "'", "\\", "0", "-1", "0x7fffffff", "1e9", "'a'", "\"s\"", "int", "char",
        "void", "struct", "union", "enum", "const", "static", "extern", "typedef", "sizeof", "return", "goto", "case", "default",
        "switch", "while", "for", "do", "if", "else", "break", "continue", "unsigned", "long", "double", "float", "_Bool",
        "_Atomic", "_Generic", "typeof", "main", "x", "i", "NULL", "int x[", "(int[]){1}", "({", "})", "__attribute__((packed))",
        "__builtin_va_arg(", ": 3", "[i]", "x:", "\0", "\xff"};
    const std::size_t edits = 1 + random.below(2);
    for (std::size_t edit = 0; edit < edits && !tokens.empty(); ++edit) {
        const std::size_t at = random.below(tokens.size()), other = random.below(tokens.size());
        const auto here = tokens.begin() + static_cast<std::ptrdiff_t>(at);
        switch (random.below(8)) {
            case 0:
                tokens.erase(here);
                break;
            case 1:
                tokens.insert(here, tokens[at]);
                break;
            case 2:
                std::swap(tokens[at], tokens[other]);
                break;
            case 3:
                tokens[at] = tokens[other];
                break;
            case 4:
                tokens.insert(here, words[random.below(words.size())]);
                break;
            case 5:
                tokens[at] = words[random.below(words.size())];
                break;
            case 6:  // a whole piece of the text goes
                tokens.erase(here, tokens.begin() + static_cast<std::ptrdiff_t>(
                                                        std::min(at + random.below(30), tokens.size())));
                break;
            default:  // one byte
                if (!tokens[at].empty()) tokens[at][random.below(tokens[at].size())] = static_cast<char>(random.next());
        }
    }
    std::string text;
    for (const std::string& token : tokens) text += token;
    return text;
}

}  // namespace

TEST_CASE("programs with mistakes in them never break the compiler, nor the machine that runs them") {
    constexpr std::uint64_t kMutants = 25;  // of each program
    const cc::Options options = testing::options_for_tests();
    std::uint64_t seed = 0, compiled = 0, all = 0;
    for (const fs::path& file : sources()) {
        const std::vector<std::string> tokens = pieces(testing::read_text(file.string()));
        for (std::uint64_t i = 0; i < kMutants; ++i, ++seed, ++all) {
            Random random{seed};
            INFO("seed " << seed << " of " << file.string());
            compiled += testing::compile_and_run(file.string(), mutated(tokens, random), options);
        }
    }
    CHECK(compiled > all / 20);  // else the mutants are too wild to reach the generator
    CHECK(compiled < all);
}
