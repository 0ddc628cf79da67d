// Narration: Markdown as a flat list of blocks, simple enough for the window and the terminal to draw alike.
//
// Parsed by md4c (CommonMark, with tables and strikethrough left out). What has no block here (HTML, images)
// comes out as its text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ipclab::lesson {

/// A run of text in one style.
struct Span {
    std::string text;
    bool strong = false, emphasis = false, code = false;
    std::string link;  ///< where it leads; empty: no link
    bool operator==(const Span&) const = default;
};

struct Block {
    enum class Kind : std::uint8_t { heading, paragraph, item, code, quote, rule };
    Kind kind = Kind::paragraph;
    int level = 0;  ///< heading: 1 to 6; item: depth from 1; paragraph, code: depth of the item it belongs to
    int number = 0;           ///< item of an ordered list: its number; 0: a bullet
    std::string language;     ///< code: the first word behind the fence, "c"
    std::string text;         ///< code: the lines, each with its newline
    std::vector<Span> spans;  ///< all others; a "\n" in a text is a hard line break
    bool operator==(const Block&) const = default;
};
using Document = std::vector<Block>;

/// Takes any bytes; never fails.
Document parse_markdown(std::string_view text);

/// The text of the spans without their styles.
std::string plain_text(const std::vector<Span>& spans);

}  // namespace ipclab::lesson
