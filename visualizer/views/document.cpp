// Narration: Markdown blocks, wrapped to the panel's width.
#include "visualizer/views/document.h"

#include <fmt/format.h>

#include <algorithm>

#include "visualizer/model/text.h"

namespace ipclab::visualizer {

namespace {

/// Sets words one after the other, and breaks lines between them.
class Flow {
  public:
    Flow(const Ui& ui, ImVec2 at, float width, ImU32 colour)
        : ui_(ui),
          draw_(ImGui::GetWindowDrawList()),
          left_(at.x),
          right_(at.x + width),
          x_(at.x),
          y_(at.y),
          colour_(colour) {
        line_ = std::round(font_size(ui.fonts.text) * 1.45f);
    }

    void add(const lesson::Span& span, bool is_heading) {
        ImFont* font = span.code                   ? ui_.fonts.mono
                       : span.strong || is_heading ? ui_.fonts.bold
                                                   : ui_.fonts.text;
        const std::string all = printable_lines(span.text);
        std::string_view rest = all;
        while (!rest.empty()) {
            if (rest.front() == '\n') {
                new_line();
                rest.remove_prefix(1);
                continue;
            }
            // Code is kept together while it fits on a line.
            std::size_t end = span.code ? rest.find('\n') : rest.find_first_of(" \n");
            end = std::min(end == std::string_view::npos ? rest.size() : end, rest.size());
            if (end == 0) {
                x_ += text_width(font, " ");
                rest.remove_prefix(1);
                continue;
            }
            if (span.code && text_width(font, rest.substr(0, end)) > right_ - left_)
                end = std::min(end, std::max<std::size_t>(1, rest.find(' ')));
            word(rest.substr(0, end), font, span);
            rest.remove_prefix(end);
        }
    }
    /// Height of all lines.
    float height(float top) const { return y_ + line_ - top; }

  private:
    static std::string printable_lines(const std::string& text) {
        std::string out;
        for (std::size_t at = 0; at <= text.size();) {
            const std::size_t end = std::min(text.find('\n', at), text.size());
            out += printable(std::string_view(text).substr(at, end - at));
            if (end < text.size()) out += '\n';
            at = end + 1;
        }
        return out;
    }
    void new_line() {
        x_ = left_;
        y_ += line_;
    }
    void word(std::string_view text, ImFont* font, const lesson::Span& span) {
        const float width = text_width(font, text), inner = span.code ? ui_.px(3) : 0;
        if (x_ > left_ && x_ + width + 2 * inner > right_) new_line();
        const float y = y_ + (line_ - font_size(font)) / 2;
        if (span.code)
            draw_->AddRectFilled({x_, y_ + ui_.px(1)}, {x_ + width + 2 * inner, y_ + line_ - ui_.px(1)},
                                 ui_.theme.raised, ui_.px(3));
        const ImU32 colour = !span.link.empty() ? ui_.theme.accent : colour_;
        draw_text(draw_, font, {x_ + inner, y}, colour, text, right_ - left_);
        if (span.emphasis || !span.link.empty())
            draw_->AddLine({x_, y + font_size(font) + 1}, {x_ + width, y + font_size(font) + 1},
                           faded(colour, 0.5f));
        x_ += width + 2 * inner;
    }

    const Ui& ui_;
    ImDrawList* draw_;
    float left_, right_, x_, y_, line_ = 0;
    ImU32 colour_;
};

void draw_code(const Ui& ui, const lesson::Block& block, ImVec2 at, float width) {
    ImDrawList* draw = ImGui::GetWindowDrawList();
    std::vector<CodeLine> lines = colour_c(block.text);
    const bool is_c = block.language == "c" || block.language == "h";
    const float line = std::round(font_size(ui.fonts.mono_small) * 1.45f), inner = ui.px(8);
    const float height = line * static_cast<float>(lines.size()) + ui.px(10);
    draw->AddRectFilled(at, {at.x + width, at.y + height}, ui.theme.raised, ui.px(4));
    const float character = text_width(ui.fonts.mono_small, "0");
    draw->PushClipRect(at, {at.x + width, at.y + height}, true);
    for (std::size_t i = 0; i < lines.size(); ++i)
        for (const Piece& piece : lines[i].pieces)
            draw_text(draw, ui.fonts.mono_small,
                      {at.x + inner + character * static_cast<float>(lines[i].cells_before(piece.begin)),
                       at.y + ui.px(5) + line * static_cast<float>(i)},
                      is_c ? ui.theme.token(piece.token) : ui.theme.text,
                      std::string_view(lines[i].text).substr(piece.begin, piece.end - piece.begin));
    draw->PopClipRect();
    ImGui::Dummy({width, height + ui.px(6)});
}

}  // namespace

void draw_document(const Ui& ui, const lesson::Document& document, ImU32 colour) {
    if (!colour) colour = ui.theme.text;
    using Kind = lesson::Block::Kind;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const float full = ImGui::GetContentRegionAvail().x - ui.px(6);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
    for (const lesson::Block& block : document) {
        const bool is_nested = block.kind != Kind::heading && block.level > 0;
        const float indent = is_nested ? ui.px(18) * static_cast<float>(std::min(block.level, 6)) : 0;
        const ImVec2 at{ImGui::GetCursorScreenPos().x + indent, ImGui::GetCursorScreenPos().y};
        const float width = std::max(ui.px(40), full - indent);
        const float left = ImGui::GetCursorScreenPos().x;
        if (block.kind == Kind::code) {
            ImGui::SetCursorScreenPos(at);
            draw_code(ui, block, at, width);
            ImGui::SetCursorScreenPos({left, ImGui::GetCursorScreenPos().y});
            continue;
        }
        if (block.kind == Kind::rule) {
            draw->AddLine({at.x, at.y + ui.px(6)}, {at.x + width, at.y + ui.px(6)}, ui.theme.line);
            ImGui::Dummy({width, ui.px(13)});
            continue;
        }
        const float line = std::round(font_size(ui.fonts.text) * 1.45f);
        if (block.kind == Kind::item) {
            if (block.number > 0)
                draw_text(draw, ui.fonts.text, {at.x - ui.px(4), at.y + ui.px(3)}, ui.theme.muted,
                          fmt::format("{}.", block.number), 0, Align::right);
            else
                draw->AddCircleFilled({at.x - ui.px(9), at.y + line / 2}, ui.px(2), ui.theme.muted);
        }
        const bool is_quote = block.kind == Kind::quote;
        const float quote = is_quote ? ui.px(12) : 0;
        Flow flow(ui, {at.x + quote, at.y}, width - quote, is_quote ? ui.theme.muted : colour);
        for (const lesson::Span& span : block.spans) flow.add(span, block.kind == Kind::heading);
        const float height = flow.height(at.y);
        if (is_quote) draw->AddRectFilled(at, {at.x + ui.px(3), at.y + height}, ui.theme.line_strong);
        ImGui::Dummy({1, height + ui.px(block.kind == Kind::item ? 3 : 8)});
    }
    ImGui::PopStyleVar();
}

}  // namespace ipclab::visualizer
