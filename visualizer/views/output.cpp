// What the toy processes wrote: their terminal. Where one of them waits for standard input, a line for typing.
#include "visualizer/model/output.h"

#include <fmt/format.h>

#include <array>

#include "visualizer/model/text.h"
#include "visualizer/views/views.h"

namespace ipclab::visualizer {

namespace {

/// One line: a bar in the colour of its writer; where several wrote it, each piece is underlined too.
void draw_line(const Ui& ui, ImDrawList* draw, ImVec2 at, float height, std::size_t line) {
    const Player& player = ui.player;
    const std::vector<OutputPiece> pieces = player.output().line(line, player.position());
    bool is_shared = false;
    for (const OutputPiece& piece : pieces) is_shared = is_shared || piece.writer != pieces.front().writer;
    const float text_height = font_size(ui.fonts.mono);
    if (!pieces.empty() && !pieces.front().is_input)
        draw->AddRectFilled({at.x, at.y}, {at.x + ui.px(3), at.y + height},
                            ui.process_colour(pieces.front().writer));
    float x = at.x + ui.px(10);
    for (const OutputPiece& piece : pieces) {
        const ImU32 colour = piece.is_input ? ui.theme.muted : piece.is_error ? ui.theme.bad : ui.theme.text;
        const std::string text = printable(OutputLines::text(piece, player.trace()), 8);
        const float width = draw_text(draw, ui.fonts.mono, {x, at.y}, colour, text);
        if (is_shared && !piece.is_input && width > 0)
            draw->AddRectFilled({x, at.y + text_height + ui.px(2)},
                                {x + width - 1, at.y + text_height + ui.px(4)},
                                ui.process_colour(piece.writer));
        if (ImGui::IsWindowHovered() && ImGui::IsMouseHoveringRect({x, at.y}, {x + width, at.y + height})) {
            ui.hover(piece.writer);
            if (begin_tooltip(ui)) {
                if (piece.is_input)
                    ImGui::TextUnformatted("typed");
                else
                    ImGui::Text("written by %d to standard %s", piece.writer.value,
                                piece.is_error ? "error" : "output");
                end_tooltip();
            }
            if (ImGui::IsMouseClicked(0)) ui.send(command::SeekEvent{piece.event});
        }
        x += width;
        if (piece.missing > 0)
            x += draw_text(draw, ui.fonts.small, {x, at.y}, ui.theme.muted,
                           fmt::format(" … {} more bytes were not kept", with_commas(piece.missing)));
    }
    ImGui::Dummy({std::max(1.0f, x - at.x), height});
}

void input_line(const Ui& ui) {
    static std::array<char, 512> typed{};
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - ui.px(110));
    WithFont font(ui.fonts.mono);
    const bool entered = ImGui::InputTextWithHint("##input", "type a line for standard input", typed.data(),
                                                  typed.size(), ImGuiInputTextFlags_EnterReturnsTrue);
    if (entered) {
        ui.send(command::TypeInput{std::string(typed.data()) + '\n'});
        typed[0] = '\0';
        ImGui::SetKeyboardFocusHere(-1);
    }
    ImGui::SameLine();
    if (ImGui::Button("end of file")) ui.send(command::TypeInput{});
}

}  // namespace

void draw_output(const Ui& ui) {
    const Player& player = ui.player;
    const std::size_t lines = player.is_open() ? player.output().lines_before(player.position()) : 0;
    panel_title(ui, "Output", lines > 1 ? fmt::format("{} lines", with_commas(lines)) : std::string{});
    const bool wants_input = player.is_open() && player.rest() == engine::Rest::wants_input;
    const float footer = wants_input ? ImGui::GetFrameHeightWithSpacing() : 0;
    ImGui::PushStyleColor(ImGuiCol_ChildBg, 0);
    ImGui::BeginChild("lines", {0, -footer}, false, ImGuiWindowFlags_HorizontalScrollbar);
    if (lines == 0) {
        empty_state(ui, player.is_open() ? "Nothing has been written yet." : "");
    } else {
        const float line_height = std::round(font_size(ui.fonts.mono) * 1.35f);
        ImGuiListClipper clipper;
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
        clipper.Begin(static_cast<int>(std::min<std::size_t>(lines, INT32_MAX)), line_height);
        while (clipper.Step())
            for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
                const ImVec2 at = ImGui::GetCursorScreenPos();
                draw_line(ui, ImGui::GetWindowDrawList(), at, line_height, static_cast<std::size_t>(i));
            }
        ImGui::PopStyleVar();
        if (ui.state.scrolled_output != player.revision()) {
            ImGui::SetScrollY(static_cast<float>(lines) * line_height);
            ui.state.scrolled_output = player.revision();
        }
    }
    ImGui::EndChild();
    ImGui::PopStyleColor();
    if (wants_input) input_line(ui);
}

}  // namespace ipclab::visualizer
