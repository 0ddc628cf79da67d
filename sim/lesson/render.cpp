// Narration as text: words wrapped to a width that counts what is seen, not the bytes.
#include <algorithm>

#include "sim/lesson/terminal.h"

namespace ipclab::lesson {
namespace {

constexpr std::string_view kReset = "\033[0m";

std::string_view style_of(const Span& span) {
    if (span.code) return "\033[36m";
    if (span.strong) return "\033[1m";
    if (span.emphasis) return "\033[3m";
    if (!span.link.empty()) return "\033[4m";
    return {};
}

/// Columns that UTF-8 text takes, one for each code point.
std::size_t columns(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

class Wrapper {
  public:
    Wrapper(std::size_t width, bool colour, std::string first, std::string rest)
        : width_(std::max<std::size_t>(width, 20)),
          colour_(colour),
          rest_(std::move(rest)),
          out_(std::move(first)),
          column_(columns(out_)) {}

    void add(const Span& span) {
        for (const char c : span.text) {
            if (c == ' ' || c == '\n') {
                end_word();
                if (c == '\n') new_line();
                if (c == ' ') space_ = true;
            } else {
                const std::string_view style = colour_ ? style_of(span) : std::string_view{};
                if (style != style_) switch_style(style);
                word_ += c;
                visible_ += c;
            }
        }
        if (!style_.empty()) switch_style({});
        if (!colour_ && !span.link.empty() && span.link != span.text) {
            word_ += " <" + span.link + ">";
            visible_ += " <" + span.link + ">";
        }
    }

    std::string take() {
        end_word();
        return out_ + "\n";
    }

  private:
    void switch_style(std::string_view style) {
        if (!style_.empty()) word_ += kReset;
        word_ += style;
        style_ = style;
    }

    void new_line() {
        out_ += "\n" + rest_;
        column_ = columns(rest_);
        space_ = false;
        is_empty_ = true;
    }

    void end_word() {
        if (visible_.empty()) {
            out_ += word_;
            word_.clear();
            return;
        }
        const std::size_t length = columns(visible_);
        if (!is_empty_ && column_ + space_ + length > width_) new_line();
        if (space_ && !is_empty_) {
            out_ += ' ';
            column_++;
        }
        out_ += word_;
        column_ += length;
        word_.clear();
        visible_.clear();
        space_ = false;
        is_empty_ = false;
    }

    std::size_t width_;
    bool colour_;
    std::string rest_, out_, word_, visible_;
    std::string_view style_;
    std::size_t column_;
    bool space_ = false, is_empty_ = true;
};

std::string code_lines(const std::string& text, const std::string& indent, bool colour) {
    std::string result;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        result += indent + "    " + (colour ? "\033[36m" : "") + text.substr(begin, end - begin) +
                  (colour ? std::string(kReset) : "") + "\n";
        begin = end + 1;
    }
    return result;
}

}  // namespace

std::string render(const Document& document, std::size_t width, bool colour) {
    std::string result;
    for (std::size_t i = 0; i < document.size(); i++) {
        const Block& block = document[i];
        const bool in_list =
            block.kind == Block::Kind::item && i > 0 && document[i - 1].kind == Block::Kind::item;
        if (i > 0 && !in_list) result += "\n";
        const std::string indent(block.level > 0 && block.kind != Block::Kind::heading
                                     ? static_cast<std::size_t>(block.level) * 2
                                     : 0,
                                 ' ');
        if (block.kind == Block::Kind::code) {
            result += code_lines(block.text, indent, colour);
            continue;
        }
        std::string first = indent, rest = indent;
        if (block.kind == Block::Kind::item) {
            const std::string mark = block.number > 0 ? std::to_string(block.number) + ". " : "- ";
            first = std::string(static_cast<std::size_t>(block.level - 1) * 2, ' ') + mark;
            rest = std::string(first.size(), ' ');
        }
        if (block.kind == Block::Kind::quote) first = rest = "| ";
        if (block.kind == Block::Kind::rule) {
            result += std::string(std::min<std::size_t>(width, 40), '-') + "\n";
            continue;
        }
        Wrapper wrapper(width, colour, first, rest);
        for (Span span : block.spans) {
            span.strong = span.strong || block.kind == Block::Kind::heading;
            wrapper.add(span);
        }
        result += wrapper.take();
    }
    return result;
}

}  // namespace ipclab::lesson
