#include "visualizer/model/source.h"

#include <doctest/doctest.h>

using namespace ipclab::visualizer;

namespace {

/// The token of the character at a byte of a line.
Token token_at(const CodeLine& line, std::size_t byte) {
    for (const Piece& piece : line.pieces)
        if (byte >= piece.begin && byte < piece.end) return piece.token;
    return Token::text;
}

}  // namespace

TEST_CASE("keywords, types, numbers, strings, comments, calls and directives are told apart") {
    const auto lines = colour_c("#include <stdio.h>\nint main(void) { return f(\"x\", 'y', 42); } // end\n");
    REQUIRE(lines.size() == 2);
    CHECK(token_at(lines[0], 0) == Token::directive);
    CHECK(token_at(lines[0], 10) == Token::string);
    const std::string& text = lines[1].text;
    CHECK(token_at(lines[1], text.find("int")) == Token::type);
    CHECK(token_at(lines[1], text.find("main")) == Token::call);
    CHECK(token_at(lines[1], text.find("return")) == Token::keyword);
    CHECK(token_at(lines[1], text.find("\"x\"")) == Token::string);
    CHECK(token_at(lines[1], text.find("'y'")) == Token::string);
    CHECK(token_at(lines[1], text.find("42")) == Token::number);
    CHECK(token_at(lines[1], text.find("//")) == Token::comment);
}

TEST_CASE("a comment may go over several lines") {
    const auto lines = colour_c("a /* one\n two\n three */ b\n");
    CHECK(token_at(lines[0], 3) == Token::comment);
    CHECK(token_at(lines[1], 1) == Token::comment);
    CHECK(token_at(lines[2], 2) == Token::comment);
    CHECK(token_at(lines[2], lines[2].text.size() - 1) == Token::text);
}

TEST_CASE("quotes inside strings and comment signs inside strings do not end them") {
    const auto lines = colour_c("puts(\"a\\\" /* b\"); x\n\"never ends\n");
    CHECK(token_at(lines[0], lines[0].text.find("/*")) == Token::string);
    CHECK(token_at(lines[0], lines[0].text.find('x')) == Token::text);
    CHECK(token_at(lines[1], 5) == Token::string);
}

TEST_CASE("a column of the file is found again behind tabs and letters of several bytes") {
    const auto lines = colour_c("\tint ö = 1;\n");
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].column_of(1) == 0);
    CHECK(lines[0].column_of(2) == 8);
    CHECK(lines[0].column_of(9) == 14);  // ö is two bytes, but one cell
    CHECK(lines[0].cells_before(lines[0].text.size()) == 18);
    CHECK(lines[0].text[lines[0].byte_of(14)] == '=');
}

TEST_CASE("files without a last newline, with Windows newlines, and empty ones have the right lines") {
    CHECK(colour_c("").empty());
    CHECK(colour_c("a").size() == 1);
    CHECK(colour_c("a\r\nb\r\n")[0].text == "a");
    CHECK(colour_c("\n\n").size() == 2);
}

TEST_CASE("the identifier under the mouse is found, a number is none") {
    CHECK(identifier_at("int fd = fds[12];", 5) == "fd");
    CHECK(identifier_at("int fd = fds[12];", 9) == "fds");
    CHECK(identifier_at("int fd = fds[12];", 13) == "");
    CHECK(identifier_at("int fd", 3) == "");
    CHECK(identifier_at("int fd", 60) == "");
}
