// What the compiler said about a program that did not compile, or why there is none: instead of a stage.
#include "sim/cc/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>

#include "visualizer/model/text.h"
#include "visualizer/views/views.h"

namespace ipclab::visualizer {

namespace {

void draw_one(const Ui& ui, const cc::Diagnostic& diagnostic) {
    const Theme& t = ui.theme;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const char* word = diagnostic.severity == cc::Severity::error     ? "error"
                       : diagnostic.severity == cc::Severity::warning ? "warning"
                                                                      : "note";
    const ImU32 colour = diagnostic.severity == cc::Severity::error     ? t.bad
                         : diagnostic.severity == cc::Severity::warning ? t.warn
                                                                        : t.muted;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x - ui.px(12);
    std::string place = diagnostic.file;
    if (diagnostic.line > 0) place += fmt::format(":{}:{}", diagnostic.line, diagnostic.column);
    float y = at.y;
    const float word_width = draw_text(draw, ui.fonts.bold, {at.x + ui.px(12), y}, colour, word);
    draw_text(draw, ui.fonts.mono_small, {at.x + ui.px(20) + word_width, y + ui.px(2)}, t.muted,
              printable(place), width - word_width);
    y += ui.px(22);
    std::string message = printable(diagnostic.message);
    if (!diagnostic.option.empty()) message += fmt::format("  [{}]", diagnostic.option);
    y += draw_wrapped(draw, ui.fonts.text, {at.x + ui.px(12), y}, t.text, message, width - ui.px(12), 6);
    if (!diagnostic.source_line.empty() && diagnostic.line > 0) {
        y += ui.px(4);
        const float line = std::round(font_size(ui.fonts.mono) * 1.4f),
                    character = text_width(ui.fonts.mono, "0");
        draw->AddRectFilled({at.x + ui.px(12), y}, {at.x + width, y + 2 * line}, t.raised, ui.px(4));
        const float text_x = at.x + ui.px(22);
        const std::vector<CodeLine> code = colour_c(diagnostic.source_line);
        if (!code.empty()) {
            // Long lines are shown from a little before the place.
            const std::size_t from = code[0].column_of(diagnostic.column);
            const auto fits = static_cast<std::size_t>(std::max(10.0f, (width - ui.px(40)) / character));
            const std::size_t skip = from + 10 > fits ? from - fits / 2 : 0;
            const std::size_t begin = code[0].byte_of(skip);
            for (const Piece& piece : code[0].pieces) {
                if (piece.end <= begin) continue;
                const std::size_t first = std::max<std::size_t>(piece.begin, begin);
                const float x = text_x + character * static_cast<float>(code[0].cells_before(first) - skip);
                if (x < at.x + width - ui.px(20))
                    draw_text(draw, ui.fonts.mono, {x, y + ui.px(1)}, t.token(piece.token),
                              std::string_view(code[0].text).substr(first, piece.end - first),
                              at.x + width - ui.px(6) - x);
            }
            const std::size_t to = std::max(code[0].column_of(diagnostic.end_column), from + 1);
            const float x0 = text_x + character * static_cast<float>(from - skip);
            const float x1 =
                std::min(text_x + character * static_cast<float>(to - skip), at.x + width - ui.px(6));
            draw_text(draw, ui.fonts.mono, {x0, y + line}, colour, "^");
            if (x1 > x0 + character)
                draw->AddRectFilled({x0 + character, y + line + ui.px(9)}, {x1, y + line + ui.px(11)},
                                    colour);
        }
        y += 2 * line;
    }
    y += ui.px(14);
    draw->AddRectFilled(at, {at.x + ui.px(4), y - ui.px(12)}, colour, ui.px(2));
    ImGui::Dummy({width, y - at.y});
}

}  // namespace

void draw_diagnostics(const Ui& ui) {
    const Compiled& compiled = ui.player.compiled();
    const auto& all = compiled.diagnostics;
    const auto errors = std::ranges::count(all, cc::Severity::error, &cc::Diagnostic::severity);
    if (!compiled.error.empty()) {
        panel_title(ui, "This cannot be opened");
        ImDrawList* draw = ImGui::GetWindowDrawList();
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float height = draw_wrapped(draw, ui.fonts.text, at, ui.theme.bad, printable(compiled.error),
                                          ImGui::GetContentRegionAvail().x - ui.px(10), 8);
        ImGui::Dummy({1, height + ui.px(12)});
    } else {
        panel_title(ui, "The program does not compile",
                    fmt::format("{} error{}", errors, errors == 1 ? "" : "s"));
    }
    ImGui::PushStyleColor(ImGuiCol_ChildBg, 0);
    ImGui::BeginChild("diagnostics", {0, 0}, false);
    // A screenful of the first ones is enough to start with; the rest usually follows from them.
    constexpr std::size_t kShown = 200;
    for (std::size_t i = 0; i < std::min(all.size(), kShown); ++i) draw_one(ui, all[i]);
    if (all.size() > kShown) ImGui::TextDisabled("and %zu more", all.size() - kShown);
    ImGui::EndChild();
    ImGui::PopStyleColor();
}

}  // namespace ipclab::visualizer
